/**
 * Recraft's errors: plain text or JSON. Sources: recraft.ai/docs/api-reference/error-handling (the texts of 401 and
 * 404). Codes and messages of the JSON ones are not documented; these follow the pattern `{code, message}`.
 */
import { jsonAnswer, type OrderedFailure, type WireAnswer } from './vendor-wire.ts';

const codeOf: Readonly<Record<number, string>> = {
  400: 'invalid_request_parameter',
  402: 'not_enough_credits',
  429: 'rate_limit_exceeded',
  500: 'internal_server_error',
};

/** Builds an error: plain text where the docs show it, else JSON. */
export function recraftError(
  status: number,
  message: string,
  code = codeOf[status] ?? 'error',
  headers: Record<string, string> = {},
): WireAnswer {
  if (status !== 401 && status !== 404) return jsonAnswer(status, { code, message }, headers);
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: [`${message}\n`] };
}

/** A 400 for a field that breaks a rule. */
export const badField = (field: string, rule: string): WireAnswer => recraftError(400, `${field} ${rule}`);

/** Recraft's body for a failure that was ordered. Its quota are credits, whose lack is taken for a 402. */
export function recraftFailure({ status, code, message, retryAfter }: OrderedFailure): WireAnswer {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  if (code === 'moderation_blocked') {
    return recraftError(400, message ?? 'The prompt was refused by moderation.', 'prompt_moderated', headers);
  }
  if (code === 'insufficient_quota') return recraftError(402, message ?? 'not enough credits', undefined, headers);
  return recraftError(status, message ?? `Status ${status}.`, undefined, headers);
}
