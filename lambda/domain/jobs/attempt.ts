import type { Billed, FailureKind, GatewayFailureKind } from '../failure.ts';
import type { ImageParameters, JsonObject, Warning } from '../generation.ts';
import type { Cost, Quote } from '../money/quote.ts';
import type { JobResult } from './job-result.ts';

/** A provider's handle on an asynchronous task: plain JSON, so that any later worker can poll it. */
export type Ticket = JsonObject;

/** The two sides of a provider's wire that a caller may ask to see. */
export const rawSides = ['request', 'response'] as const;
export type RawSide = (typeof rawSides)[number];

/** What a result tells of how its model was asked. */
export interface KeptPlan extends Pick<ImageParameters, 'background' | 'quality'> {
  /** The provider's own name of what the request went to. */
  readonly deployment: string;
  readonly warnings: readonly Warning[];
}

/**
 * One provider request in a job's ledger. It is written as `started` before the request leaves, and closed with its
 * outcome after it, so that no request which could cost money goes unrecorded. Refusals for rate that follow one another
 * become one entry, with a count. Times are epoch milliseconds.
 */
export interface Attempt {
  /** 1 for the job's first request, and one more for each further one. Names the attempt's place in the bucket. */
  readonly number: number;
  /** Index into the job's candidates. */
  readonly candidate: number;
  readonly provider: string;
  readonly model: string;
  readonly startedAt: number;
  /**
   * How many requests, and refusals at the gate, the entry summarises; its other fields describe the latest.
   * @default 1
   */
  readonly count?: number;
  /** When the first of them was, where there are several. */
  readonly firstStartedAt?: number;
  readonly outcome: 'started' | 'succeeded' | 'abandoned' | FailureKind | GatewayFailureKind;
  readonly billed: Billed;
  /**
   * What the request was expected to cost; once the cost is known, it is no longer kept.
   * @default - the price is unknown
   */
  readonly quote?: Quote;
  /**
   * What it has cost.
   * @default - unknown; nothing if it wasn't billed
   */
  readonly cost?: Cost;
  /** Set once the outcome is known. */
  readonly endedAt?: number;
  /** The provider's HTTP status, where it gave one. */
  readonly statusCode?: number;
  /** What the provider said, cleaned for the caller; absent on success. */
  readonly message?: string;
  /** The field the provider complained of, in the contract's words. */
  readonly param?: string;
  /** The earliest time at which the same candidate may be asked again, with whichever key. */
  readonly retryAt?: number;
  /** The digest of the key that the request was made with; absent where none was made. */
  readonly keyDigest?: string;
  /** Set for `auth` and `billing` where the provider has a key that this candidate has not been refused with. */
  readonly keyLeft?: boolean;
  /** A provider's handle, where the task continues after its answer; empty once its outcome is known. */
  readonly ticket?: Ticket;
  /** What the request was planned as, kept beside an open ticket, so that no poll has to plan it again. */
  readonly plan?: KeptPlan;
  /** How many of the job's images the request was for; 0 where none was made. */
  readonly imagesAsked: number;
  /**
   * What is kept of the provider's wire for the caller to see, below which attempt's prefix; an entry that summarises several
   * requests has the last that has any.
   * @default - nothing
   */
  readonly raw?: { readonly attempt: number; readonly sides: readonly RawSide[] };
  /** What a request delivered that could not finish the job alone, kept until the missing images are there too. */
  readonly delivered?: JobResult;
}

/** The ledger holds requests in the order they were made; at most one, the last, can be open. */
export type Ledger = readonly Attempt[];

export const openAttempt = (ledger: Ledger): Attempt | undefined =>
  ledger.find((attempt) => attempt.outcome === 'started');

export const nextAttemptNumber = (ledger: Ledger): number => (ledger.at(-1)?.number ?? 0) + 1;

/** How many requests, and refusals at the gate, an entry summarises. */
export const countOf = ({ count = 1 }: Attempt): number => count;

/** True for an indeterminate outcome: whether the provider charged is unknown. */
export const isUnknown = (outcome: Attempt['outcome']): boolean =>
  outcome === 'unknown_outcome' || outcome === 'malformed' || outcome === 'abandoned';

/** True for an outcome that may have cost money for nothing: it allows one further request in all. */
export const isSpent = (outcome: Attempt['outcome']): boolean => isUnknown(outcome) || outcome === 'not_stored';

/** True for a request that the gateway's own store failed: before the next one, the store must be seen to work. */
export const isGatewayFailure = (outcome: Attempt['outcome']): outcome is GatewayFailureKind =>
  outcome === 'not_sent' || outcome === 'not_stored';

/**
 * True for a failure that no provider had a part in: of the gateway's store, or before the request, such as in planning or redrawing.
 * A closed gate is the provider's doing, since its refusals for rate close it.
 */
export const isDecidedByGateway = ({ outcome, imagesAsked }: Pick<Attempt, 'outcome' | 'imagesAsked'>): boolean =>
  isGatewayFailure(outcome) || (imagesAsked === 0 && outcome !== 'rate_limited');

/** True for an outcome that says something of the key alone: another one may do. */
export const isKeyRefused = (outcome: Attempt['outcome']): boolean => outcome === 'auth' || outcome === 'billing';

/** Which parts of an entry the ledger of a deleted job keeps: what a request was and cost, and no text of a caller or a provider. */
const keptWhenDeleted = {
  number: true,
  candidate: true,
  provider: true,
  model: true,
  startedAt: true,
  count: true,
  firstStartedAt: true,
  outcome: true,
  billed: true,
  quote: true,
  cost: true,
  endedAt: true,
  statusCode: true,
  message: false,
  param: false,
  retryAt: true,
  keyDigest: true,
  keyLeft: true,
  ticket: false,
  plan: false,
  imagesAsked: true,
  raw: true,
  delivered: false,
} satisfies Record<keyof Attempt, boolean>;

/** An entry as the ledger of a deleted job keeps it; a ticket as long as the work behind it may have to be called off. */
export function bareEntry(attempt: Attempt): Attempt {
  const kept = Object.entries(attempt).filter(([name]) => keptWhenDeleted[name as keyof Attempt]);
  const ticket = attempt.outcome === 'started' && attempt.ticket ? { ticket: attempt.ticket } : {};
  return { ...(Object.fromEntries(kept) as unknown as Attempt), ...ticket };
}
