/** Starts that were let through close together, told apart from other groups by when the first of them was. */
export interface StartGroup {
  /** When its first start was (epoch ms). */
  readonly from: number;
  /** How many there were; estimated where only some of them were written. */
  readonly count: number;
}

/** The rate that a provider's refusals have shown. */
export interface LearnedRate {
  readonly perMinute: number;
  /** When it was learned (epoch ms). */
  readonly at: number;
  /** How many starts it was read off. */
  readonly starts: number;
}

/** How starts are spaced: one each interval, where one that is late by up to the tolerance delays no other. */
export interface Pace {
  readonly intervalMilliseconds: number;
  readonly toleranceMilliseconds: number;
}

const minute = 60_000;

/** Wake-ups come by whole seconds, and some time after that: no slot is lost by as much. */
const toleranceMilliseconds = 2000;

/** Requests don't all take the same time to reach the provider. */
const travelMilliseconds = 1000;

/**
 * Spaces starts so that no minute ever has more of them than allowed. From the first to the last of n starts there are
 * n - 1 intervals, less the tolerance; so what is less than a minute apart, even as it arrives, is `perMinute` at most.
 */
export const paceOf = (perMinute: number): Pace => ({
  intervalMilliseconds: (minute + toleranceMilliseconds + travelMilliseconds) / perMinute,
  toleranceMilliseconds,
});

const raiseEvery = 2 * minute;

/**
 * What was learned grows by a tenth each two minutes, so that a guess too low by four is made good within a job's deadline;
 * what was read off a few starts by more, and twice as much is tried where it was the fewest.
 */
const raiseOf = ({ starts }: LearnedRate): number => 1 + Math.min(1, Math.max(0.1, minStarts / starts));

/** After an hour without a refusal nothing is left of what was learned (ms). */
export const learnedForMilliseconds = 60 * minute;

/** Starts a minute that the provider allows with this key now, as configured or learned, whichever is less; undefined where neither says. */
export function allowedPerMinute(
  learned: LearnedRate | undefined,
  configured: number | undefined,
  now: number,
): number | undefined {
  if (!learned || now - learned.at > learnedForMilliseconds) return configured;
  const steps = Math.max(0, Math.floor((now - learned.at) / raiseEvery));
  return Math.min(Math.floor(learned.perMinute * raiseOf(learned) ** steps), configured ?? Number.POSITIVE_INFINITY);
}

const groupMilliseconds = 5000;

/** The groups of the last minute: at most a dozen, and the one under way. */
export const recentStarts = (starts: readonly StartGroup[], now: number): readonly StartGroup[] =>
  starts.filter(({ from }) => from > now - minute);

/** The groups with one more start, or with as many as it represents. */
export function withStart(starts: readonly StartGroup[], now: number, weight = 1): readonly StartGroup[] {
  const recent = recentStarts(starts, now);
  const last = recent.at(-1);
  if (!last || now - last.from >= groupMilliseconds) return [...recent, { from: now, count: weight }];
  return [...recent.slice(0, -1), { ...last, count: last.count + weight }];
}

/** The groups without a start that was refused. One that is longer ago than they go back isn't in them any more. */
export function withoutStart(starts: readonly StartGroup[], startedAt: number): readonly StartGroup[] {
  const at = starts.findLastIndex(({ from }) => from <= startedAt);
  return starts
    .map((group, index) => (index === at ? { ...group, count: group.count - 1 } : group))
    .filter(({ count }) => count > 0);
}

/** Fewer starts than this say nothing of a rate: the gate closes for as long as the provider says, and that is all. */
const minStarts = 5;

/**
 * The rate that a refusal shows, and the starts that it is read off: as many as got through in the time from the first of
 * them to when the provider will take another, a minute at most. Without a hint it is taken to count by the minute.
 * Undefined where too few got through to tell.
 */
export function shownRate(
  starts: readonly StartGroup[],
  hintSeconds: number | undefined,
  now: number,
): Pick<LearnedRate, 'perMinute' | 'starts'> | undefined {
  const through = starts.reduce((sum, { count }) => sum + count, 0);
  const [first] = starts;
  if (!first || through < minStarts) return undefined;
  const span = hintSeconds === undefined ? minute : Math.min(minute, now - first.from + hintSeconds * 1000);
  return { perMinute: Math.max(1, Math.floor((through * minute) / Math.max(1000, span))), starts: through };
}
