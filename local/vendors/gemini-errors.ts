/**
 * The error body of Google's APIs. Sources: cloud.google.com/apis/design/errors (shape, `details`, status names),
 * ai.google.dev/gemini-api/docs/troubleshooting (the meaning of each status); the messages are those that users of the
 * API quote.
 */
import { jsonAnswer, type OrderedFailure, type WireAnswer } from './vendor-wire.ts';

type Detail = Readonly<Record<string, unknown>>;

const wordOf: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const defaultMessages: Readonly<Record<number, string>> = {
  401: 'Request had invalid authentication credentials.',
  403: "Your API key doesn't have permission to use this model.",
  429: 'You exceeded your current quota, please check your plan and billing details.',
  500: 'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  503: 'The model is overloaded. Please try again later.',
  504: 'Deadline expired before operation could complete.',
};

/** Builds an answer with Google's error body. */
export function geminiError(status: number, message: string, details: readonly Detail[] = []): WireAnswer {
  const error = { code: status, message, status: wordOf[status] ?? 'UNKNOWN' };
  return jsonAnswer(status, { error: details.length === 0 ? error : { ...error, details } });
}

/** A 400 for a field that breaks a rule, named by its place in the body. */
export const badField = (field: string, description: string): WireAnswer =>
  geminiError(400, description, [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field, description }] },
  ]);

/** A 400 for a field that the API doesn't have. */
export const unknownField = (name: string, place: string): WireAnswer =>
  badField(
    place,
    `Invalid JSON payload received. Unknown name "${name}"${place && ` at '${place}'`}: Cannot find field.`,
  );

/** The answer to no key, or to the one that the simulator takes for a wrong one: `sk-invalid`. */
export function checkKey(key: string | undefined): WireAnswer | undefined {
  if (key === undefined || key === '') {
    const message =
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
    return geminiError(403, message);
  }
  if (key !== 'sk-invalid') return undefined;
  return geminiError(400, 'API key not valid. Please pass a valid API key.', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
  ]);
}

/**
 * Google's body for a failure that was ordered. An exhausted quota is one for the day; other limits are for the minute.
 */
export function geminiFailure(failure: OrderedFailure): WireAnswer {
  const message = failure.message ?? defaultMessages[failure.status] ?? `Status ${failure.status}.`;
  if (failure.status !== 429) return geminiError(failure.status, message);
  const unit = failure.code === 'insufficient_quota' ? 'Day' : 'Minute';
  const quota = {
    quotaMetric: 'generativelanguage.googleapis.com/generate_content_requests',
    quotaId: `GenerateRequestsPer${unit}PerProjectPerModel`,
    quotaValue: unit === 'Day' ? '250' : '10',
  };
  return geminiError(429, message, [
    { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [quota] },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${failure.retryAfter ?? 30}s` },
  ]);
}
