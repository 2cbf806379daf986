import type { ErrorCode } from './error-code.ts';

/** Whether a provider request cost money: `unknown` is said to the caller as such, never rounded to yes or no. */
export type Billed = 'yes' | 'no' | 'unknown';

/**
 * Every way a provider request can fail. Adapters know these words and no others. `called_off`: the provider says that the
 * work behind a ticket was cancelled on request.
 */
export type FailureKind =
  | 'invalid'
  | 'unsupported'
  | 'refused'
  | 'auth'
  | 'billing'
  | 'rate_limited'
  | 'overloaded'
  | 'unknown_outcome'
  | 'malformed'
  | 'called_off';

/**
 * Every way in which the gateway itself fails a provider request; no adapter knows these words. `not_sent`: the store gave
 * no inputs. `not_stored`: it took no results, although the provider has delivered and was paid.
 */
export type GatewayFailureKind = 'not_sent' | 'not_stored';

/** Whom a refusal shuts out: the key whatever it asks for, or the key with this model alone. */
export type LimitIs = 'key' | 'model';

/** What a failure allows next, and the caller's error if nothing else works. */
export interface FailurePolicy {
  /**
   * May the same candidate be asked again? `with_next_key`: only with another key. `after_hint`: when the provider says,
   * and it counts as no try. `up_to_tries`: a few times, backing off. `once_in_all`: by the rule for unknown outcomes.
   * `when_store_works`: once the store gives the inputs again, and it counts as no try.
   */
  readonly sameCandidate: 'no' | 'with_next_key' | 'after_hint' | 'up_to_tries' | 'once_in_all' | 'when_store_works';
  /** May the next candidate be asked? `if_stage_allows`: a refusal is walked around only where the stage says so. */
  readonly nextCandidate: 'no' | 'yes' | 'if_stage_allows' | 'once_in_all';
  readonly code: ErrorCode;
  /** Whether such a request was charged, unless the provider says otherwise. */
  readonly billed: Billed;
}

export const failurePolicies = {
  invalid: { sameCandidate: 'no', nextCandidate: 'no', code: 'invalid_request', billed: 'no' },
  unsupported: { sameCandidate: 'no', nextCandidate: 'yes', code: 'unsupported_operation', billed: 'no' },
  refused: { sameCandidate: 'no', nextCandidate: 'if_stage_allows', code: 'content_refused', billed: 'unknown' },
  auth: { sameCandidate: 'with_next_key', nextCandidate: 'yes', code: 'provider_auth', billed: 'no' },
  billing: { sameCandidate: 'with_next_key', nextCandidate: 'yes', code: 'provider_error', billed: 'no' },
  rate_limited: { sameCandidate: 'after_hint', nextCandidate: 'yes', code: 'unavailable', billed: 'no' },
  overloaded: { sameCandidate: 'up_to_tries', nextCandidate: 'yes', code: 'provider_error', billed: 'no' },
  unknown_outcome: {
    sameCandidate: 'once_in_all',
    nextCandidate: 'once_in_all',
    code: 'provider_timeout',
    billed: 'unknown',
  },
  malformed: { sameCandidate: 'once_in_all', nextCandidate: 'once_in_all', code: 'provider_error', billed: 'unknown' },
  called_off: { sameCandidate: 'no', nextCandidate: 'yes', code: 'provider_timeout', billed: 'unknown' },
  not_sent: { sameCandidate: 'when_store_works', nextCandidate: 'no', code: 'unavailable', billed: 'no' },
  not_stored: { sameCandidate: 'once_in_all', nextCandidate: 'no', code: 'internal', billed: 'yes' },
} as const satisfies Record<FailureKind | GatewayFailureKind, FailurePolicy>;

/** What else is known of a failed provider request. */
export interface FailureDetails {
  readonly statusCode?: number;
  readonly retryAfterSeconds?: number;
  /** @default - as the kind says */
  readonly billed?: Billed;
  readonly param?: string;
  /** @default - a key that is unknown or out of credit is refused for all models; a 403, or a rate, is the model's */
  readonly limitIs?: LimitIs;
  readonly cause?: unknown;
}

const usualLimit = (kind: FailureKind, statusCode: number | undefined): LimitIs =>
  kind === 'billing' || (kind === 'auth' && statusCode !== 403) ? 'key' : 'model';

/**
 * A provider request that failed, in the gateway's own words. `message` is for the caller (the provider's words, cleaned);
 * `retryAfterSeconds` is the provider's hint; `statusCode` its HTTP status, absent where no answer came.
 */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly kind: FailureKind;
  readonly billed: Billed;
  readonly statusCode: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly param: string | undefined;
  /** For `auth`, `billing` and `rate_limited`: whether it is the key that is refused, or the model with it. */
  readonly limitIs: LimitIs;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.billed = details.billed ?? failurePolicies[kind].billed;
    this.statusCode = details.statusCode;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.param = details.param;
    this.limitIs = details.limitIs ?? usualLimit(kind, details.statusCode);
  }
}

/** A provider request that the gateway failed, not the provider. `message` is for the caller, `cause` for the log. */
export class GatewayFailure extends Error {
  override readonly name = 'GatewayFailure';
  readonly kind: GatewayFailureKind;
  readonly billed: Billed;

  constructor(kind: GatewayFailureKind, message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.billed = failurePolicies[kind].billed;
  }
}
