import { type KeyLimits, type Period, periods, type RateLimit, windowOf } from '../keys/key-limits.ts';

/** The room that one submission takes, from before its job is made until that has ended. */
export interface Reservation {
  /** The submission's own: a job of another submission under the same id holds none of it. */
  readonly nonce: string;
  readonly jobId: string;
  /** When the job was submitted (epoch ms): it counts in the windows of that time. */
  readonly at: number;
}

/** One window of a period, by when it began (epoch ms). */
export interface WindowName {
  readonly period: Period;
  readonly startsAt: number;
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

/** The limit that leaves no room for one more submission at that time (epoch ms): of several, the one that does for longest. */
export function refusalOf(usage: Usage | undefined, limits: KeyLimits, at: number): LimitRefusal | undefined {
  const [window] = limitedWindows(usage?.counts ?? [], limits.rateLimits, at)
    .filter(({ limit, used }) => used >= limit.requests)
    .toSorted((a, b) => b.resetsAt - a.resetsAt);
  if (window) return { by: 'rate', window };
  const { maxOpenJobs } = limits;
  return (usage?.open.length ?? 0) < maxOpenJobs ? undefined : { by: 'open_jobs', maxOpenJobs };
}

/** The windows that a submission counts in, limited or not: so a limit that is set later knows what was used before. */
export const windowsAt = (at: number): readonly WindowName[] =>
  periods.map((period) => ({ period, startsAt: windowOf(period, at).startsAt }));

/** The window before another. */
export const precedingWindow = ({ period, startsAt }: WindowName): WindowName => ({
  period,
  startsAt: windowOf(period, startsAt - 1).startsAt,
});

/**
 * Whether the count of a window matters no more at that time (epoch ms). The window before the current one is kept, for those
 * whose clocks are behind: they would find its limit unused.
 */
export const isPast = ({ period, startsAt }: WindowName, now: number): boolean =>
  startsAt < precedingWindow({ period, startsAt: windowOf(period, now).startsAt }).startsAt;

/** Of the windows that a submission of that time counts in, those that are still current (both epoch ms). */
export const currentWindowsOf = (at: number, now: number): readonly WindowName[] =>
  windowsAt(at).filter(({ period, startsAt }) => startsAt === windowOf(period, now).startsAt);
