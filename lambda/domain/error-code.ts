import type { Operation } from './generation.ts';
import type { LimitsShown } from './usage/limits-shown.ts';

/** Every code an error body can carry. Their HTTP meaning is in `contract/errors.ts`, which must cover them all. */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_value'
  | 'missing_field'
  | 'unsupported_operation'
  | 'unknown_provider'
  | 'model_retired'
  | 'stream_unsupported'
  | 'invalid_image'
  | 'virtual_key_required'
  | 'virtual_key_not_found'
  | 'invalid_token'
  | 'budget_exceeded'
  | 'virtual_key_blocked'
  | 'provider_blocked'
  | 'model_blocked'
  | 'admin_required'
  | 'not_found'
  | 'method_not_allowed'
  | 'idempotency_expired'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'idempotency_mismatch'
  | 'content_refused'
  | 'rate_limited'
  | 'cancelled'
  | 'internal'
  | 'provider_error'
  | 'provider_auth'
  | 'unavailable'
  | 'provider_timeout'
  | 'deadline_exceeded';

/**
 * A refusal that the caller may read: the message says what was wrong and what to do, and holds no secret and no other
 * caller's data. `param` names the field at fault as the caller wrote it, or the limit that is reached; `retryAfterSeconds` is
 * set where the gateway could serve the request and has decided not to for now, `limits` where the caller's were checked,
 * and `job` where the request has one that continues nevertheless. `mayRetry` is false where a client that tries again by itself
 * might pay twice.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly limits: LimitsShown | undefined;
  readonly job: { readonly id: string; readonly operation: Operation } | undefined;
  readonly mayRetry: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      param?: string;
      retryAfterSeconds?: number;
      limits?: LimitsShown;
      job?: { readonly id: string; readonly operation: Operation };
      mayRetry?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.param = options.param;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.limits = options.limits;
    this.job = options.job;
    this.mayRetry = options.mayRetry ?? options.job === undefined;
  }
}
