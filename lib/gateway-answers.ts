import type { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { type ErrorBody, errorTable, statusOf } from '../lambda/contract/errors.ts';
import { exposedHeaders } from '../lambda/contract/headers.ts';
import type { ErrorCode } from '../lambda/domain/error-code.ts';

/** API Gateway's names for the answers it gives by itself. */
export type GatewayAnswerName = Exclude<keyof typeof ResponseType, 'prototype' | 'of'>;

/** An answer that API Gateway gives by itself. */
export interface GatewayAnswer {
  readonly code: ErrorCode;
  /** Plain text: a `$`, a quote or a backslash would mean something to API Gateway's template. */
  readonly message: string;
  /** Seconds after which trying again makes sense; absent where it doesn't. */
  readonly retryAfterSeconds?: number;
}

const unknownPath: GatewayAnswer = {
  code: 'not_found',
  message: 'There is nothing at this path. The API is described at /openapi.json.',
};
const refusedInFront: GatewayAnswer = {
  code: 'invalid_request',
  message: 'A firewall rule refused this request.',
};
const tooManyRequests: GatewayAnswer = {
  code: 'rate_limited',
  message: 'Too many requests. Try again after the time in Retry-After.',
  retryAfterSeconds: 1,
};
const noAnswer: GatewayAnswer = {
  code: 'unavailable',
  message:
    'The gateway did not answer in time. Try again; a submission with the same Idempotency-Key never creates a second job.',
  retryAfterSeconds: 2,
};
const faulty: GatewayAnswer = {
  code: 'internal',
  message: 'Internal error in the gateway. Quote the event_id when you report it.',
};

/**
 * The fallback for the functions' own answers: every answer that API Gateway can give by itself, in the contract's
 * error body. Routes need no AWS signature, so API Gateway requires one, or checks one, only at an unknown path.
 * REQUEST_TOO_LARGE has no effect on AWS, which sends its own 413 body; it is here for the local runner.
 */
export const gatewayAnswers = {
  MISSING_AUTHENTICATION_TOKEN: unknownPath,
  INVALID_SIGNATURE: unknownPath,
  EXPIRED_TOKEN: unknownPath,
  RESOURCE_NOT_FOUND: unknownPath,
  ACCESS_DENIED: refusedInFront,
  WAF_FILTERED: refusedInFront,
  UNAUTHORIZED: { code: 'invalid_token', message: 'The credential is invalid.' },
  INVALID_API_KEY: { code: 'invalid_token', message: 'The credential is invalid.' },
  BAD_REQUEST_PARAMETERS: { code: 'invalid_request', message: 'A parameter of the request is malformed.' },
  BAD_REQUEST_BODY: { code: 'invalid_request', message: 'The body is malformed.' },
  REQUEST_TOO_LARGE: {
    code: 'payload_too_large',
    message: 'The body is larger than 4 MiB, the limit of one request. Upload larger images with `POST /v1/files`.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'This route does not accept the content type. Send application/json or multipart/form-data.',
  },
  THROTTLED: tooManyRequests,
  QUOTA_EXCEEDED: tooManyRequests,
  INTEGRATION_FAILURE: noAnswer,
  INTEGRATION_TIMEOUT: noAnswer,
  API_CONFIGURATION_ERROR: faulty,
  AUTHORIZER_CONFIGURATION_ERROR: faulty,
  AUTHORIZER_FAILURE: faulty,
  DEFAULT_4XX: { code: 'invalid_request', message: 'API Gateway could not process this request.' },
  DEFAULT_5XX: faulty,
} as const satisfies Record<GatewayAnswerName, GatewayAnswer>;

/**
 * An answer's CORS and other headers as expressions of API Gateway. A value that is fixed at synthesis can't echo one
 * of several origins, so any origin may read these answers where some may read the functions': they contain no caller's
 * data.
 */
export function answerHeaders(
  { code, retryAfterSeconds }: GatewayAnswer,
  isReadByScripts: boolean,
): Readonly<Record<string, string>> {
  return {
    'x-request-id': 'context.requestId',
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': `'${retryAfterSeconds}'` }),
    ...(statusOf(code) === 401 ? { 'WWW-Authenticate': "'Bearer'" } : {}),
    ...(isReadByScripts && {
      'Access-Control-Allow-Origin': "'*'",
      'Access-Control-Expose-Headers': `'${exposedHeaders.join(', ')}'`,
    }),
  };
}

/** The variable in which API Gateway puts the id of the request; it needs no quoting. */
const requestIdVariable = '$context.requestId';

/** An answer's body as a template of API Gateway. */
export function bodyTemplate({ code, message }: GatewayAnswer): string {
  const { status, class: errorClass } = errorTable[code];
  return JSON.stringify({
    event_id: requestIdVariable,
    type: code,
    is_bifrost_error: true,
    status_code: status,
    error: { type: errorClass, code, message, event_id: requestIdVariable },
    extra_fields: {},
  } satisfies ErrorBody);
}
