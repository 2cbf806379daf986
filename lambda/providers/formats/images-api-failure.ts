import type { FailureKind } from '../../domain/failure.ts';
import type { JsonObject } from '../../domain/generation.ts';
import { errorWords } from '../wire/failures/error-words.ts';
import { kindOfStatus, type SaidOfFailure } from '../wire/failures/status-failure.ts';
import { countOf, fieldOf, parseJson, present, textOf } from '../wire/json-fields.ts';

/** Error codes that are more specific than their status, however their words are joined. */
const kindsByCode: ReadonlyMap<string, FailureKind> = new Map(
  (
    [
      ['moderation_blocked', 'refused'],
      ['content_policy_violation', 'refused'],
      // Azure's codes: learn.microsoft.com/azure/foundry/openai/how-to/dall-e, BerriAI/litellm#16231.
      ['content_filter', 'refused'],
      ['responsible_ai_policy_violation', 'refused'],
      // A relay's: QuantumNous/new-api types/error.go, and so are the next two of its kind.
      ['sensitive_words_detected', 'refused'],
      ['prompt_blocked', 'refused'],
      ['insufficient_user_quota', 'billing'],
      ['insufficient_quota', 'billing'],
      ['billing_hard_limit_reached', 'billing'],
      ['billing_not_active', 'billing'],
      ['invalid_api_key', 'auth'],
      ['account_deactivated', 'auth'],
      ['model_not_found', 'unsupported'],
      ['deployment_not_found', 'unsupported'],
      // Together's, as a 400: HeyPuter/puter#3168, truefoundry/models#919.
      ['model_not_available', 'unsupported'],
      ['dedicated_endpoint_not_running', 'unsupported'],
      ['unknown_parameter', 'unsupported'],
      ['unsupported_parameter', 'unsupported'],
      ['unsupported_value', 'unsupported'],
    ] as const
  ).map(([code, kind]) => [joined(code), kind]),
);

function joined(code: string): string {
  return code.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Moderation's type, where it gives no code. With one, it is also the type of other mistakes in a request. */
const refusalType = 'image_generation_user_error';

/**
 * Moderation messages that come without a code. Excludes the parameter of that name, about which servers complain as
 * well.
 */
const refusalWords =
  /safety_violations|\bsafety (system|checker|filter)|content[ _](management |moderation )?policy|content moderation|request moderated|\bnsfw\b/i;

/**
 * The statuses of an answer about the request: with any other, such a message is about a fault of moderation itself.
 */
const requestStatuses: readonly number[] = [200, 400, 403, 422, 424, 451];

/** `refused` for a message in which moderation refuses this request. */
export const kindOfRefusal = (status: number, message: string): FailureKind | undefined =>
  requestStatuses.includes(status) && refusalWords.test(message) ? 'refused' : undefined;

/** Reads the body of an error, as JSON of any form in use or as a text; what it doesn't say is left to the status. */
export function failureSaid(
  status: number,
  body: string,
  kindOfMessage: (message: string) => FailureKind | undefined = () => undefined,
): SaidOfFailure {
  const parsed = parseJson(body);
  const words = parsed === undefined ? { codes: [] } : errorWords(parsed);
  const { type } = words;
  const message = parsed === undefined ? plainText(body) : words.message;
  const byCode = words.codes.map((code) => kindsByCode.get(joined(code))).find((kind) => kind !== undefined);
  const byType = words.codes.length === 0 && type === refusalType ? 'refused' : undefined;
  const param = contractParam(words.param);
  // An unknown model is a 400 like any other value, but a fallback may well have what this one lacks.
  const byParam = status === 400 && param === 'model' ? 'unsupported' : undefined;
  const byMessage = message === undefined ? undefined : (kindOfMessage(message) ?? kindOfRefusal(status, message));
  const limitIs = param === 'model' ? ('model' as const) : undefined;
  return present({ message, param, limitIs, kind: byCode ?? byType ?? byParam ?? byMessage });
}

/** A plain-text body. Text that begins like JSON was truncated, and invalid UTF-8 is no text. */
const plainText = (body: string): string | undefined =>
  /^[\s\uFEFF]*[[{]/.test(body) || body.includes('\uFFFD') || !/\S/.test(body) ? undefined : body;

/**
 * The status that an error within a stream would have had as an answer, by its code or else its type. No reference
 * lists what such events say: moderation's is quoted in theopenco/llmgateway `collapse-image-gen-sse.spec.ts`,
 * `image_generation_server_error` in logs of OpenAI's users, and the others are those of its answers
 * (platform.openai.com/docs/guides/error-codes) and of servers like it.
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
 * Reads the error that a stream ended with, in the form of an error's body. What no code and no type explains is
 * `malformed`: an answer without an image, which may have been charged.
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

/** The contract's name of the field that the server rejects; undefined where the contract has no such field. */
function contractParam(param: string | undefined): string | undefined {
  const name = param?.replace(/^images?\b.*$/, 'image').replace(/^mask\b.*$/, 'mask');
  return name !== undefined && contractParams.has(name) ? name : undefined;
}
