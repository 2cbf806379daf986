/**
 * OpenAI's error body and its words for each refusal.
 *
 * Sources: the shape `{error: {message, type, param, code}}` from openai/openai-node `src/core/error.ts`. The texts and
 * codes are those that users of the API quote: vercel/ai issue 6102 (`unknown_parameter`), openai/codex issue 25966
 * (unknown model), jeffstric/ZJT issue 480 (moderation), prism-php/prism pull request 725
 * (`unsupported_file_mimetype`), jezweb/claude-skills pull request 91 (size not divisible by 16), docs.apiyi.com
 * (transparent JPEG), and platform.openai.com/docs/guides/error-codes (401, 429, 500, 503). Where no quotation was
 * found, the text follows the pattern of its neighbours.
 */
import { jsonAnswer, type OrderedFailure, type WireAnswer } from './vendor-wire.ts';

export interface OpenaiErrorFields {
  readonly message: string;
  readonly param?: string;
  readonly code?: string;
  /** @default invalid_request_error */
  readonly type?: string;
}

/** Builds an answer with OpenAI's error body. Fields without a value are null in it. */
export function openaiError(
  status: number,
  error: OpenaiErrorFields,
  headers: Record<string, string> = {},
): WireAnswer {
  const { message, type = 'invalid_request_error', param = null, code = null } = error;
  return jsonAnswer(status, { error: { message, type, param, code } }, headers);
}

/** A 400 for a parameter that breaks a rule. */
export function invalidParameter(message: string, param: string, code = 'invalid_value'): WireAnswer {
  return openaiError(400, { message, param, code });
}

/** A 400 of the image service itself, behind the check of parameters: it bears a type of its own. */
export function imageUserError(message: string, code: string, param?: string): WireAnswer {
  return openaiError(400, {
    message,
    code,
    type: 'image_generation_user_error',
    ...(param === undefined ? {} : { param }),
  });
}

/** A 400 for a parameter that the endpoint or the model doesn't have. */
export function unknownParameter(name: string): WireAnswer {
  return invalidParameter(`Unknown parameter: '${name}'.`, name, 'unknown_parameter');
}

/** A 400 for a parameter that is needed and isn't there. */
export function missingParameter(name: string): WireAnswer {
  return invalidParameter(`Missing required parameter: '${name}'.`, name, 'missing_required_parameter');
}

/** The 401 for no key, or for the key that the simulator takes for a wrong one: `sk-invalid`. */
export function checkBearer(authorization: string | undefined): WireAnswer | undefined {
  const key = bearerKey(authorization);
  if (key === undefined) {
    const message =
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
    return openaiError(401, { message });
  }
  if (key !== 'sk-invalid') return undefined;
  const message =
    'Incorrect API key provided: sk-invalid. You can find your API key at https://platform.openai.com/account/api-keys.';
  return openaiError(401, { message, code: 'invalid_api_key' });
}

/** The key of a Bearer header. */
export function bearerKey(authorization: string | undefined): string | undefined {
  return /^Bearer\s+(\S.*)$/i.exec(authorization ?? '')?.[1]?.trim();
}

interface StatusWords {
  readonly message: string;
  readonly type: string;
  readonly code?: string;
}

const statusWords: Readonly<Record<number, StatusWords>> = {
  401: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
  403: {
    message: 'Your organization must be verified to use this model.',
    type: 'invalid_request_error',
    code: 'organization_not_verified',
  },
  429: {
    message: 'Rate limit reached for images per minute. Please try again later.',
    type: 'requests',
    code: 'rate_limit_exceeded',
  },
  500: { message: 'The server had an error while processing your request. Sorry about that!', type: 'server_error' },
  503: { message: 'The engine is currently overloaded, please try again later.', type: 'server_error' },
};

const codeWords: Readonly<Record<string, StatusWords>> = {
  insufficient_quota: {
    message: 'You exceeded your current quota, please check your plan and billing details.',
    type: 'insufficient_quota',
  },
  rate_limit_exceeded: {
    message: 'Rate limit reached for images per minute. Please try again later.',
    type: 'requests',
  },
  image_generation_failed: { message: 'Image generation failed', type: 'image_generation_server_error' },
  moderation_blocked: {
    message: 'Your request was rejected by the safety system. safety_violations=[violence].',
    type: 'image_generation_user_error',
  },
};

/** OpenAI's body for a failure that was ordered. */
export function openaiFailure(failure: OrderedFailure): WireAnswer {
  const headers = failure.retryAfter === undefined ? {} : { 'retry-after': failure.retryAfter };
  return openaiError(failure.status, wordsOf(failure), headers);
}

/**
 * What the data of an `error` event say of a failure that was ordered. The form is what users of OpenAI's streams have logged:
 * `{"type":"error","error":{"type":"image_generation_server_error","code":"image_generation_failed",…}}`.
 */
export function openaiErrorEvent({ code = 'image_generation_failed', ...failure }: OrderedFailure) {
  return { type: 'error', error: { param: null, ...wordsOf({ ...failure, code }) } };
}

function wordsOf(failure: OrderedFailure): OpenaiErrorFields {
  const byStatus = statusWords[failure.status];
  const byCode = failure.code === undefined ? undefined : codeWords[failure.code];
  const words = byCode ?? byStatus ?? { message: `Status ${failure.status}.`, type: 'server_error' };
  const code = failure.code ?? words.code;
  return { message: failure.message ?? words.message, type: words.type, ...(code === undefined ? {} : { code }) };
}
