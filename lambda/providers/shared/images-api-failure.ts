import type { FailureKind } from '../../domain/failure.ts';
import type { JsonObject } from '../../domain/generation.ts';
import { countOf, fieldOf, parseJson, present, textOf } from './json-fields.ts';
import { kindOfStatus, type SaidOfFailure } from './status-failure.ts';

/** Codes that say more than the status they come with. */
const kindsByCode: Readonly<Record<string, FailureKind>> = {
  moderation_blocked: 'refused',
  content_policy_violation: 'refused',
  // Azure's word for it: learn.microsoft.com/azure/foundry/openai/how-to/dall-e.
  contentFilter: 'refused',
  content_filter: 'refused',
  insufficient_quota: 'billing',
  billing_hard_limit_reached: 'billing',
  model_not_found: 'unsupported',
  unknown_parameter: 'unsupported',
  unsupported_parameter: 'unsupported',
  unsupported_value: 'unsupported',
};

/** Moderation's type, where it gives no code. With one, it is also the type of other mistakes in a request. */
const refusalType = 'image_generation_user_error';

/**
 * Reads `{error: {message, type, param, code}}`, or an `error` that is the message itself; a body of another form leaves
 * everything to the status.
 */
export function failureSaid(
  status: number,
  body: string,
  kindOfMessage: (message: string) => FailureKind | undefined = () => undefined,
): SaidOfFailure {
  const parsed = parseJson(body);
  const error = fieldOf(parsed, 'error');
  const message = textOf(parsed, 'error') ?? textOf(error, 'message');
  const code = textOf(error, 'code');
  const byCode = code !== undefined && Object.hasOwn(kindsByCode, code) ? kindsByCode[code] : undefined;
  const byType = code === undefined && textOf(error, 'type') === refusalType ? 'refused' : undefined;
  const param = contractParam(textOf(error, 'param'));
  // An unknown model is a 400 like any other value, but a fallback may well have what this one lacks.
  const byParam = status === 400 && param === 'model' ? 'unsupported' : undefined;
  const byMessage = message === undefined ? undefined : kindOfMessage(message);
  const limitIs = param === 'model' ? ('model' as const) : undefined;
  return present({ message, param, limitIs, kind: byCode ?? byType ?? byParam ?? byMessage });
}

/**
 * The status that an error within a stream would have had as an answer, by its code or else its type. No reference lists what such events
 * say: moderation's is quoted in theopenco/llmgateway `collapse-image-gen-sse.spec.ts`, `image_generation_server_error` in logs of
 * OpenAI's users, and the others are those of its answers (platform.openai.com/docs/guides/error-codes) and of servers like it.
 */
const statusesByWord: Readonly<Record<string, number>> = {
  image_generation_user_error: 400,
  invalid_request_error: 400,
  invalid_api_key: 401,
  authentication_error: 401,
  permission_error: 403,
  rate_limit_exceeded: 429,
  rate_limit_error: 429,
  too_many_requests: 429,
  requests: 429,
  tokens: 429,
  image_generation_failed: 500,
  image_generation_server_error: 500,
  internal_error: 500,
  InternalServerError: 500,
  api_error: 500,
  server_error: 500,
  EngineOverloaded: 503,
  overloaded_error: 503,
  server_overloaded: 503,
  service_unavailable: 503,
};

/**
 * Reads the error that a stream ended with, in the form of an error's body. What no code and no type explains is `malformed`: an answer
 * without an image, which may have been charged.
 */
export function failureInStream(
  said: JsonObject,
  saidOf: (status: number, body: string) => SaidOfFailure,
): SaidOfFailure {
  const status = statusInStream(fieldOf(said, 'error'));
  const failure = saidOf(status, JSON.stringify(said));
  return {
    message: "The provider's stream ended in an error.",
    ...failure,
    kind: failure.kind ?? kindOfStatus(status),
  };
}

function statusInStream(error: unknown): number {
  for (const name of ['code', 'status', 'status_code', 'type']) {
    const word = textOf(error, name) ?? `${countOf(error, name) ?? ''}`;
    if (/^[45]\d\d$/.test(word)) return Number(word);
    const known = Object.hasOwn(statusesByWord, word) ? statusesByWord[word] : undefined;
    if (known !== undefined) return known;
  }
  return 200;
}

const contractParams = new Set(
  'model prompt n size quality background output_format output_compression moderation user image mask'.split(' '),
);

/** The contract's word for the field that the server complains of; undefined where the caller knows no such field. */
function contractParam(param: string | undefined): string | undefined {
  const name = param?.replace(/^images?\b.*$/, 'image').replace(/^mask\b.*$/, 'mask');
  return name !== undefined && contractParams.has(name) ? name : undefined;
}
