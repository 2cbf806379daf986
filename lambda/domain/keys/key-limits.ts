/** The windows in which requests are counted, from the shortest: fixed, in UTC, weeks from Monday, months of the calendar. */
export const periods = ['1m', '1h', '1d', '1w', '1M'] as const;
export type Period = (typeof periods)[number];

/** How many submissions are accepted in each window of a period. */
export interface RateLimit {
  readonly requests: number;
  readonly period: Period;
}

/** What one owner may ask of the gateway. */
export interface KeyLimits {
  /** At most one for each period. None: only the other limits hold. */
  readonly rateLimits: readonly RateLimit[];
  /** Jobs that may be accepted and not ended at a time, 1 to 1,000. */
  readonly maxOpenJobs: number;
}

/** When a window begins and ends: epoch milliseconds, the end being the start of the next. */
export interface Window {
  readonly startsAt: number;
  readonly endsAt: number;
}

const minute = 60_000;
const fixed = { '1m': minute, '1h': 60 * minute, '1d': 1440 * minute } as const;
const week = 7 * fixed['1d'];

/** The first Monday of the epoch. */
const firstMonday = 4 * fixed['1d'];

/** The window of a period that a time (epoch ms) is in. */
export function windowOf(period: Period, at: number): Window {
  if (period === '1M') {
    const date = new Date(at);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return { startsAt: Date.UTC(year, month, 1), endsAt: Date.UTC(year, month + 1, 1) };
  }
  const [length, origin] = period === '1w' ? [week, firstMonday] : [fixed[period], 0];
  const startsAt = Math.floor((at - origin) / length) * length + origin;
  return { startsAt, endsAt: startsAt + length };
}

/** Rate limits from the shortest period to the longest, in whatever order an admin named them. */
export const byPeriod = (rateLimits: readonly RateLimit[]): readonly RateLimit[] =>
  rateLimits.toSorted((a, b) => periods.indexOf(a.period) - periods.indexOf(b.period));

/** The limits that hold for an owner who has some of its own, its rates from the shortest period on. */
export function effectiveLimits(own: Partial<KeyLimits>, defaults: KeyLimits): KeyLimits {
  const { maxOpenJobs, rateLimits } = { ...defaults, ...own };
  return { maxOpenJobs, rateLimits: byPeriod(rateLimits) };
}
