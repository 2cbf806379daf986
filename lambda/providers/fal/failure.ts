import { type FailureKind, ProviderFailure } from '../../domain/failure.ts';
import { failureInDetail, saidInDetail } from '../wire/failures/detail-failure.ts';
import { failureOfAnswer, kindOfStatus, limitOfAccount } from '../wire/failures/status-failure.ts';
import type { JsonAnswer } from '../wire/json-exchange.ts';
import { present } from '../wire/json-fields.ts';

/**
 * fal's error types that are more specific than the status, which may be that of a wrapper (vm0-ai/vm0#34356): of
 * several, the first in this order counts. https://fal.ai/docs/model-apis/errors. `no_media_generated` is the refusal
 * of models without a type of their own for it; users report it with "unsafe content", and again after a retry.
 */
const kindsByType: readonly (readonly [RegExp, FailureKind])[] = [
  [/^content_policy_violation$/, 'refused'],
  [/^(?:downstream_service_\w+|internal_server_error|generation_timeout)$/, 'overloaded'],
  [/^no_media_generated$/, 'refused'],
];

const params = new Map(
  Object.entries({ image_size: 'size', image_url: 'image', image_urls: 'image', num_images: 'n' }).concat(
    ['prompt', 'seed', 'output_format', 'num_inference_steps', 'aspect_ratio'].map((name) => [name, name]),
  ),
);

/** An error that the queue itself reports for a finished request. */
export interface QueueError {
  readonly message?: string;
  readonly type?: string;
}

/** The failure of a request to the queue. */
export function requestFailure(answer: JsonAnswer, apiKey: string, queue: QueueError = {}): ProviderFailure {
  const said = failureInDetail(answer.text, (field) => params.get(field));
  const message = said.message ?? queue.message;
  // An account without money is locked, and answers as one without rights.
  const byMessage = /exhausted balance|user is locked/i.test(message ?? '') ? 'billing' : undefined;
  const kind = kindOfTypes(typesIn(answer, queue)) ?? byMessage;
  const whole = {
    ...said,
    ...limitOfAccount(answer.status),
    ...(message === undefined ? {} : { message }),
    ...present({ kind: kindByHeader(answer, kind ?? kindOfStatus(answer.status)) ?? kind }),
  };
  return failureOfAnswer(answer, whole, apiKey);
}

const typesIn = ({ text, headers }: JsonAnswer, { type }: QueueError): readonly string[] =>
  [...saidInDetail(text).types, headers['x-fal-error-type'], type].filter((each) => each !== undefined);

const kindOfTypes = (types: readonly string[]): FailureKind | undefined =>
  kindsByType.find(([word]) => types.some((type) => word.test(type)))?.[1];

/**
 * What fal itself would ask again is no mistake in the request, and what it would not is of no use a second time,
 * though another model may serve: fal.ai/docs/model-apis/errors (X-Fal-Retryable).
 */
function kindByHeader({ status, headers }: JsonAnswer, kind: FailureKind): FailureKind | undefined {
  const isRetryable = headers['x-fal-retryable']?.trim().toLowerCase();
  if (isRetryable === 'true' && kind === 'invalid' && (status === 400 || status === 422)) return 'overloaded';
  return isRetryable === 'false' && (kind === 'overloaded' || kind === 'unknown_outcome') ? 'unsupported' : undefined;
}

/**
 * The failure of a request that the queue has run, by the error type, or else the status, of its result. fal doesn't
 * bill server errors, so such a request can be retried; it may bill a 4xx, since the model has processed the request.
 */
export function workFailure(answer: JsonAnswer, apiKey: string, queue: QueueError = {}): ProviderFailure {
  const { kind: said, message, statusCode, param, billed } = requestFailure(answer, apiKey, queue);
  const isFault = answer.status >= 500 && said !== 'refused' && said !== 'unsupported';
  const kind = isFault ? 'overloaded' : said;
  return new ProviderFailure(kind, message, {
    billed: kind === 'overloaded' || answer.status >= 500 || (kind === 'refused' && billed === 'no') ? 'no' : 'unknown',
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(param === undefined ? {} : { param }),
  });
}

/** Statuses that concern the client, not the work. */
const askersStatuses = new Set([401, 403, 408, 429]);

/** Whether an unsuccessful answer for a result is about the work, and not just about the poll. */
export const isOfWork = ({ status }: JsonAnswer, hasDetail: boolean): boolean =>
  hasDetail && !askersStatuses.has(status);
