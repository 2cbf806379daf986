/** xAI's error body `{code, error}`, and its messages. Sources: those of `xai.ts`. */
import { jsonAnswer, type OrderedFailure, type WireAnswer } from './vendor-wire.ts';

const codes: Readonly<Record<number, string>> = {
  400: 'Client specified an invalid argument',
  403: 'The caller does not have permission to execute the specified operation',
  404: 'Some requested entity was not found',
  429: 'Some resource has been exhausted',
};

/** xAI's error body. */
export const xaiError = (status: number, error: string, headers: Record<string, string> = {}): WireAnswer =>
  jsonAnswer(status, { code: codes[status] ?? 'The service is currently unavailable', error }, headers);

const spent =
  'Your team has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.';

/** xAI's error for an ordered failure. */
export function xaiFailure({ status, code, message, retryAfter }: OrderedFailure): WireAnswer {
  const words = message ?? (code === 'insufficient_quota' ? spent : `The request ended with status ${status}.`);
  return xaiError(status, words, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
}
