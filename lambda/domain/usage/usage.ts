import { type KeyLimits, type RateLimit, windowOf } from '../keys/key-limits.ts';
import type { Micros } from '../money/micros.ts';
import { type BudgetRefusal, budgetRefusalOf, type WindowSum } from './budgets.ts';
import type { ModelSum } from './model-sums.ts';
import { isPast, isWithin, type WindowName } from './windows.ts';

/** The room that one submission takes, from before its job is made until that has ended. */
export interface Reservation {
  /** The submission's own: a job of another submission under the same id holds none of it. */
  readonly nonce: string;
  readonly jobId: string;
  /** When the job was submitted (epoch ms): it counts in the windows of that time. */
  readonly at: number;
  /** The most that the job may cost, as far as is known; 0 where no price is. */
  readonly micros: Micros;
}

/** How many submissions of an owner were accepted in one window. */
export interface WindowCount extends WindowName {
  readonly requests: number;
}

/** What one owner has under way and has used. */
export interface Usage {
  readonly owner: string;
  readonly open: readonly Reservation[];
  /** Of the current windows and those before them; a window without a count has none. */
  readonly counts: readonly WindowCount[];
  /** Spent and reserved, in every window that is current or has a reservation, and some before them. */
  readonly sums: readonly WindowSum[];
  /** Spent by model in days and months, the current ones and some before them. */
  readonly models: readonly ModelSum[];
  /** Of the last submission that was given room, epoch milliseconds. */
  readonly lastUsedAt?: number;
  /** Since when all that the owner has is to go, epoch milliseconds. */
  readonly purgeAt?: number;
}

/** How far a rate limit is used. */
export interface LimitedWindow {
  readonly limit: RateLimit;
  readonly used: number;
  /** When the next window begins, epoch milliseconds. */
  readonly resetsAt: number;
}

/** A rate limit as shown to the caller, in whole seconds from the answer on. */
export interface RateLimitStatus {
  readonly limit: RateLimit;
  readonly windowSeconds: number;
  /** Submissions that the window has left. */
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** The state of a rate limit at that time (epoch ms). */
export function rateLimitStatus({ limit, used, resetsAt }: LimitedWindow, now: number): RateLimitStatus {
  const { startsAt, endsAt } = windowOf(limit.period, resetsAt - 1);
  return {
    limit,
    windowSeconds: (endsAt - startsAt) / 1000,
    remaining: Math.max(0, limit.requests - used),
    resetSeconds: Math.max(1, Math.ceil((resetsAt - now) / 1000)),
  };
}

/** Which limit had no room left; `throttle`: the store takes no more writes of this owner at the moment, and why. */
export type LimitRefusal =
  | BudgetRefusal
  | { readonly by: 'rate'; readonly window: LimitedWindow }
  | { readonly by: 'open_jobs'; readonly maxOpenJobs: number }
  | { readonly by: 'throttle'; readonly cause: unknown };

/** How far each of the rate limits is used at that time (epoch ms), in the order of the limits. */
export const limitedWindows = (
  counts: readonly WindowCount[],
  rateLimits: readonly RateLimit[],
  at: number,
): readonly LimitedWindow[] =>
  rateLimits.map((limit) => {
    const { startsAt, endsAt } = windowOf(limit.period, at);
    const count = counts.find((each) => each.period === limit.period && each.startsAt === startsAt);
    return { limit, used: count?.requests ?? 0, resetsAt: endsAt };
  });

/** What a submission would take. */
export type WantedRoom = Pick<Reservation, 'at' | 'micros'>;

/**
 * The limit that leaves no room for one more submission: of several of a kind, the one that does for longest; a rate limit before
 * that of open jobs, and that before a budget.
 */
export function refusalOf(
  usage: Usage | undefined,
  { rateLimits, maxOpenJobs, budgets }: KeyLimits,
  { at, micros }: WantedRoom,
): LimitRefusal | undefined {
  const [window] = limitedWindows(usage?.counts ?? [], rateLimits, at)
    .filter(({ limit, used }) => used >= limit.requests)
    .toSorted((a, b) => b.resetsAt - a.resetsAt);
  if (window) return { by: 'rate', window };
  if ((usage?.open.length ?? 0) >= maxOpenJobs) return { by: 'open_jobs', maxOpenJobs };
  return budgetRefusalOf(usage?.sums ?? [], budgets, micros, at);
}

/** The part of an owner's usage that matters no more at that time (epoch ms). */
export type Forgettable = Pick<Usage, 'counts' | 'sums' | 'models'>;

/**
 * The windows of an owner that can be dropped: counts that are past, and money of past windows in which nothing is reserved. Until
 * then a reservation may be raised or settled there.
 */
export function forgettableOf({ counts, sums, models, open }: Usage, now: number): Forgettable {
  const isSettled = (window: WindowName) => isPast(window, now) && !open.some(({ at }) => isWithin(at, window));
  return {
    counts: counts.filter((window) => isPast(window, now)),
    sums: sums.filter(isSettled),
    models: models.filter(isSettled),
  };
}

/** Whether there is anything of that kind. */
export function hasForgettable(usage: Usage, now: number): boolean {
  const { counts, sums, models } = forgettableOf(usage, now);
  return counts.length + sums.length + models.length > 0;
}
