import { GatewayError } from '../../domain/error-code.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import { effectiveLimits, type KeyLimits, type Period } from '../../domain/keys/key-limits.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { type LimitRefusal, type RateLimitStatus, rateLimitStatus } from '../../domain/usage/usage.ts';
import type { ReserveAnswer, UsageStore } from '../../domain/usage/usage-store.ts';
import { unavailable } from './undo-submission.ts';

export interface ReserveDependencies {
  readonly usage: Pick<UsageStore, 'reserve' | 'refund'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly settings: {
    /** What holds for a caller as far as nothing else was set. */
    readonly defaultLimits: KeyLimits;
  };
}

/** A job may end at any moment, and most do within a minute. */
const openJobsRetrySeconds = 5;

/** Time that DynamoDB needs to scale for the write rate of one item. */
const throttleRetrySeconds = 1;

/** How the owner's rate limits stand with the new job, or why there is no room for it: `rate_limited`, with what to wait for. */
export type Room =
  | { readonly reserved: true; readonly rateLimits: readonly RateLimitStatus[] }
  | { readonly reserved: false; readonly refusal: GatewayError };

/**
 * Takes room for a job among what its owner may have open and may ask for in each window. Throws GatewayError `unavailable`
 * where the store can't say whether there is any: the sweep releases what it may have reserved nevertheless.
 */
export async function reserveRoom(
  dependencies: ReserveDependencies,
  caller: Pick<Caller, 'limits'>,
  order: Pick<JobOrder, 'id' | 'owner' | 'submissionNonce' | 'createdAt' | 'requestId'>,
): Promise<Room> {
  const { usage, clock, telemetry, settings } = dependencies;
  const { id: jobId, owner, submissionNonce: nonce, createdAt: at, requestId } = order;
  const limits = effectiveLimits(caller.limits, settings.defaultLimits);
  let answer: ReserveAnswer;
  try {
    answer = await usage.reserve(owner, { nonce, jobId, at }, limits);
  } catch (error) {
    throw unavailable(error);
  }
  const now = clock.now();
  const rateLimits = answer.windows.map((window) => rateLimitStatus(window, now));
  if (answer.reserved) return { reserved: true, rateLimits };
  const { refusal } = answer;
  if (refusal.by === 'throttle') telemetry.record('reservation_throttled', { owner, requestId }, refusal.cause);
  else telemetry.record('submission_limited', { owner, requestId, limit: nameOf(refusal) });
  const retryAfterSeconds = retrySeconds(refusal, now);
  const message = messageFor(refusal, retryAfterSeconds);
  const reached = refusal.by === 'throttle' ? {} : { param: paramOf[refusal.by] };
  const details = { ...reached, retryAfterSeconds, rateLimits };
  return { reserved: false, refusal: new GatewayError('rate_limited', message, details) };
}

/** The setting of a virtual key by which the limit can be raised. */
const paramOf: Readonly<Record<LimitReached['by'], string>> = { rate: 'rate_limits', open_jobs: 'max_open_jobs' };

type LimitReached = Exclude<LimitRefusal, { readonly by: 'throttle' }>;

const nameOf = (refusal: LimitReached): string => (refusal.by === 'rate' ? refusal.window.limit.period : 'open_jobs');

function retrySeconds(refusal: LimitRefusal, now: number): number {
  if (refusal.by === 'rate') return rateLimitStatus(refusal.window, now).resetSeconds;
  return refusal.by === 'open_jobs' ? openJobsRetrySeconds : throttleRetrySeconds;
}

function messageFor(refusal: LimitRefusal, retryAfterSeconds: number): string {
  if (refusal.by === 'throttle') {
    return 'This caller sends too many requests at once. Nothing was accepted or charged; try again in a second.';
  }
  if (refusal.by === 'open_jobs') {
    return `This caller has reached its limit of ${counted(refusal.maxOpenJobs, 'open job')}. Nothing was accepted or charged; wait for a job to end, or cancel one.`;
  }
  const { limit, resetsAt } = refusal.window;
  return `This caller has reached its limit of ${counted(limit.requests, 'submission')} ${per[limit.period]}. Nothing was accepted or charged; the next window begins at ${new Date(resetsAt).toISOString()}, in ${counted(retryAfterSeconds, 'second')}.`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const per: Readonly<Record<Period, string>> = {
  '1m': 'a minute',
  '1h': 'an hour',
  '1d': 'a day',
  '1w': 'a week',
  '1M': 'a month',
};
