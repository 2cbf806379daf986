/**
 * Replicate's errors: `{title, detail, status}`. Sources: replicate.com/docs/reference/http (errors), and public code
 * that quotes the details of 402 and 429.
 */
import { jsonAnswer, type OrderedFailure, type WireAnswer } from './vendor-wire.ts';

const titles: Readonly<Record<number, string>> = {
  402: 'Insufficient credit',
  404: 'Not found',
  429: 'Request was throttled',
};

export const replicateError = (
  status: number,
  detail: string,
  title = titles[status] ?? 'Error',
  headers: Record<string, string> = {},
): WireAnswer => jsonAnswer(status, { title, detail, status }, headers);

/**
 * Replicate's body for an ordered failure. The reset time of a limit is in its message; the lack of credit is a 402.
 */
export function replicateFailure({ status, code, message, retryAfter }: OrderedFailure): WireAnswer {
  if (code === 'insufficient_quota') {
    return replicateError(402, message ?? 'You have insufficient credit to run this model.');
  }
  if (status === 429) {
    const detail = `Request was throttled. Your rate limit resets in ~${retryAfter ?? 30}s.`;
    return replicateError(429, message ?? detail);
  }
  return replicateError(status, message ?? `The request could not be carried out (${status}).`);
}
