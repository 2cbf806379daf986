/** What the last jobs of a model took from submission to end, in seconds: the newest last, at most `maxDurations`. */
export type RecentDurations = readonly number[];

/** Enough that no single job moves the estimate far, and few enough that a provider's change of speed shows soon. */
const maxDurations = 25;

/** A caller that polls after this time finds two jobs in three done, and has waited little longer than most of them took. */
const doneShare = 2 / 3;

/** The durations with that of one more job. */
export const withDuration = (durations: RecentDurations, seconds: number): RecentDurations =>
  [...durations, Math.round(seconds * 10) / 10].slice(-maxDurations);

/**
 * Seconds within which two of three jobs of a model were done lately, among which the typical seconds of its row count as one job:
 * a model of which nothing is known takes as long as its row says.
 */
export function usualSecondsOf(durations: RecentDurations, typicalSeconds: number): number {
  const sorted = [...durations, typicalSeconds].toSorted((a, b) => a - b);
  const at = doneShare * (sorted.length - 1);
  const [below = typicalSeconds, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}
