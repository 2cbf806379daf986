import { type FailureKind, ProviderFailure } from '../../domain/failure.ts';
import { failureInDetail, saidInDetail } from '../shared/detail-failure.ts';
import type { JsonAnswer } from '../shared/json-exchange.ts';
import { failureOfAnswer, limitOfAccount } from '../shared/status-failure.ts';

/** fal's words for an error that say more than its status: fal.ai/docs/errors. */
const kindsByType: Readonly<Record<string, FailureKind>> = {
  content_policy_violation: 'refused',
};

const params = new Map(
  Object.entries({ image_size: 'size', image_url: 'image', image_urls: 'image', num_images: 'n' }).concat(
    ['prompt', 'seed', 'output_format', 'num_inference_steps', 'aspect_ratio'].map((name) => [name, name]),
  ),
);

/** The failure of a request to the queue. */
export function requestFailure(answer: JsonAnswer, apiKey: string): ProviderFailure {
  const { type, message = '' } = saidInDetail(answer.text);
  const word = type ?? answer.headers['x-fal-error-type'] ?? '';
  // An account without money is locked, and answers as one without rights.
  const byMessage = /exhausted balance|user is locked/i.test(message) ? 'billing' : undefined;
  const kind = kindsByType[word] ?? byMessage;
  const said = failureInDetail(answer.text, (field) => params.get(field));
  const whole = { ...said, ...limitOfAccount(answer.status), ...(kind === undefined ? {} : { kind }) };
  return failureOfAnswer(answer, whole, apiKey);
}

/**
 * The failure of work that the queue has carried out, by the status that its result has. fal bills no 5xx, so that such work
 * can be asked for anew; it may bill a 4xx, since the model has looked at the request.
 */
export function workFailure(answer: JsonAnswer, apiKey: string): ProviderFailure {
  const { kind, message, statusCode, param } = requestFailure(answer, apiKey);
  const isServers = answer.status >= 500;
  return new ProviderFailure(isServers ? 'overloaded' : kind, message, {
    billed: isServers ? 'no' : 'unknown',
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(param === undefined ? {} : { param }),
  });
}

/** Statuses that speak of the one who asks, not of the work. */
const askersStatuses = new Set([401, 403, 408, 429]);

/** Whether an unsuccessful answer for a result speaks of the work, and not just of the asking. */
export const isOfWork = ({ status }: JsonAnswer, hasDetail: boolean): boolean =>
  hasDetail && !askersStatuses.has(status);
