import type { GatewayError } from '../../domain/error-code.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import { type DefaultLimits, effectiveLimits } from '../../domain/keys/key-limits.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { type LimitsShown, shownLimits } from '../../domain/usage/limits-shown.ts';
import type { ReserveAnswer, UsageStore } from '../../domain/usage/usage-store.ts';
import { limitName, limitRefusal } from './limit-refusal.ts';
import { unavailable } from './undo-submission.ts';

export interface ReserveDependencies {
  readonly usage: Pick<UsageStore, 'reserve' | 'refund'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly settings: {
    /** What holds for a caller as far as nothing else was set. */
    readonly defaultLimits: DefaultLimits;
  };
}

/** How the owner's limits stand with the new job, or why there is no room for it: what to wait for, or to ask less of. */
export type Room =
  | { readonly reserved: true; readonly limits: LimitsShown }
  | { readonly reserved: false; readonly refusal: GatewayError };

/**
 * Takes room for a job among what its owner may have open, and may ask for and spend in each window. Throws GatewayError `unavailable`
 * where the store can't say whether there is any: the sweep releases what it may have reserved nevertheless.
 */
export async function reserveRoom(
  dependencies: ReserveDependencies,
  caller: Pick<Caller, 'limits'>,
  order: Pick<JobOrder, 'id' | 'owner' | 'submissionNonce' | 'createdAt' | 'requestId' | 'reserved'>,
): Promise<Room> {
  const { usage, clock, telemetry, settings } = dependencies;
  const { id: jobId, owner, submissionNonce: nonce, createdAt: at, requestId, reserved: micros = 0 } = order;
  const limits = effectiveLimits(caller.limits, settings.defaultLimits);
  let answer: ReserveAnswer;
  try {
    answer = await usage.reserve(owner, { nonce, jobId, at, micros }, limits);
  } catch (error) {
    throw unavailable(error);
  }
  const now = clock.now();
  const shown = shownLimits(answer, now);
  if (answer.reserved) return { reserved: true, limits: shown };
  const { refusal } = answer;
  if (refusal.by === 'throttle') telemetry.record('reservation_throttled', { owner, requestId }, refusal.cause);
  else telemetry.record('submission_limited', { owner, requestId, limit: limitName(refusal) });
  return { reserved: false, refusal: limitRefusal(refusal, now, shown) };
}
