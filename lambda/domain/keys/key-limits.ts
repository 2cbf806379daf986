import type { Micros } from '../money/micros.ts';

/** The windows in which requests are counted, from the shortest: fixed, in UTC, weeks from Monday, months of the calendar. */
export const periods = ['1m', '1h', '1d', '1w', '1M'] as const;
export type Period = (typeof periods)[number];

/** How many submissions are accepted in each window of a period. */
export interface RateLimit {
  readonly requests: number;
  readonly period: Period;
}

/** How much the submissions of each window of a period may cost. */
export interface Budget {
  readonly micros: Micros;
  readonly period: Period;
}

/** What one owner may ask of the gateway. */
export interface KeyLimits {
  /** At most one for each period. None: only the other limits hold. */
  readonly rateLimits: readonly RateLimit[];
  /** Jobs that may be accepted and not ended at a time, 1 to 1,000. */
  readonly maxOpenJobs: number;
  /** At most one for each period. None: costs aren't limited. */
  readonly budgets: readonly Budget[];
}

/** What holds for owners who have no limits of their own. */
export type DefaultLimits = Omit<KeyLimits, 'budgets'>;

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

/** Limits from the shortest period to the longest, in whatever order an admin named them. */
export const byPeriod = <Limit extends { readonly period: Period }>(limits: readonly Limit[]): readonly Limit[] =>
  limits.toSorted((a, b) => periods.indexOf(a.period) - periods.indexOf(b.period));

/** The limits that hold for an owner who has some of its own, its rates and budgets from the shortest period on. */
export function effectiveLimits(own: Partial<KeyLimits>, defaults: DefaultLimits): KeyLimits {
  const { maxOpenJobs, rateLimits, budgets = [] } = { ...defaults, ...own };
  return { maxOpenJobs, rateLimits: byPeriod(rateLimits), budgets: byPeriod(budgets) };
}
