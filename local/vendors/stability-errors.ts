/**
 * The error body of Stability AI's v2beta. Sources: platform.stability.ai/docs/api-reference (`id`, `name`, `errors`,
 * and the statuses 400, 403, 413, 422, 429, 500 of each service). Where no quotation of a text was found, it follows
 * the pattern of its neighbours.
 */
import { randomBytes } from 'node:crypto';
import { jsonAnswer, type OrderedFailure, type WireAnswer } from './vendor-wire.ts';

const nameOf: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  402: 'payment_required',
  403: 'permission_denied',
  404: 'not_found',
  413: 'payload_too_large',
  422: 'unprocessable_entity',
  429: 'rate_limit_exceeded',
  500: 'internal_error',
};

const defaultErrors: Readonly<Record<number, string>> = {
  401: 'authorization: is invalid or has expired',
  402: 'You lack sufficient credits to make this request. Please purchase more credits and try again.',
  403: 'You lack the necessary permissions to perform this action.',
  429: 'You have exceeded the rate limit of 150 requests within a 10 second period, and have been timed out for 60 seconds.',
  500: 'An unexpected server error has occurred, please try again later.',
};

/** Builds an answer with Stability's error body. */
export function stabilityError(
  status: number,
  errors: readonly string[],
  name = nameOf[status] ?? 'error',
  headers: Record<string, string> = {},
): WireAnswer {
  return jsonAnswer(status, { id: randomBytes(16).toString('hex'), name, errors }, headers);
}

/** A 400 for a field that breaks a rule. */
export const badField = (field: string, rule: string): WireAnswer => stabilityError(400, [`${field}: ${rule}`]);

/** The 401 for no key, or for the key that the simulator takes for a wrong one: `sk-invalid`. */
export function checkBearer(key: string | undefined): WireAnswer | undefined {
  if (key === undefined) return stabilityError(401, ['authorization: header is required']);
  return key === 'sk-invalid' ? stabilityError(401, [defaultErrors[401] ?? '']) : undefined;
}

/** Moderation's answer to a prompt. */
export const moderated = (): WireAnswer =>
  stabilityError(
    403,
    ['Your request was flagged by our content moderation system, as a result your request was denied.'],
    'content_moderation',
  );

/** Stability's body for a failure that was ordered. It has no quota but credits, whose lack is a 402. */
export function stabilityFailure(failure: OrderedFailure): WireAnswer {
  if (failure.code === 'moderation_blocked') return moderated();
  const status = failure.code === 'insufficient_quota' ? 402 : failure.status;
  const headers = failure.retryAfter === undefined ? {} : { 'retry-after': failure.retryAfter };
  const message = failure.message ?? defaultErrors[status] ?? `Status ${status}.`;
  return stabilityError(status, [message], nameOf[status], headers);
}
