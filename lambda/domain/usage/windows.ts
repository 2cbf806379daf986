import { type Period, periods, windowOf } from '../keys/key-limits.ts';

/** One window of a period, by when it began (epoch ms). */
export interface WindowName {
  readonly period: Period;
  readonly startsAt: number;
}

/** The windows that a submission counts in, limited or not: so a limit that is set later knows what was used before. */
export const windowsAt = (at: number): readonly WindowName[] =>
  periods.map((period) => ({ period, startsAt: windowOf(period, at).startsAt }));

export const isSameWindow = (a: WindowName, b: WindowName): boolean =>
  a.period === b.period && a.startsAt === b.startsAt;

/** Whether a submission of that time (epoch ms) counts in the window. */
export const isWithin = (at: number, { period, startsAt }: WindowName): boolean =>
  windowOf(period, at).startsAt === startsAt;

/** The window before another. */
const precedingWindow = ({ period, startsAt }: WindowName): WindowName => ({
  period,
  startsAt: windowOf(period, startsAt - 1).startsAt,
});

/**
 * By so much, in milliseconds, a submission may be counted late: a function that stood still may go on for as long as Lambda lets any
 * function live (900 s, docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and clocks differ.
 */
export const maxLateMilliseconds = 930_000;

/** The windows, one of each period, that no submission counts in any more at that time (epoch ms), the latest of them. */
export const latestPastAt = (now: number): readonly WindowName[] =>
  windowsAt(now - maxLateMilliseconds).map((window) => precedingWindow(precedingWindow(window)));

/**
 * Whether the count of a window matters no more at that time (epoch ms). The window before the current one is kept, for those
 * whose clocks are behind: they would find its limit unused.
 */
export const isPast = ({ period, startsAt }: WindowName, now: number): boolean =>
  startsAt < precedingWindow({ period, startsAt: windowOf(period, now - maxLateMilliseconds).startsAt }).startsAt;

/** Of the windows that a submission of that time counts in, those that are still current (both epoch ms). */
export const currentWindowsOf = (at: number, now: number): readonly WindowName[] =>
  windowsAt(at).filter(({ period, startsAt }) => startsAt === windowOf(period, now).startsAt);
