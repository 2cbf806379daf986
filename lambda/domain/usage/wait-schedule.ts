/** Reads of a job that one held answer may make. */
export const maxPolls = 40;

/** Reads closer to each other than this bring nothing new. */
const minGapSeconds = 0.15;

/** How finely the wait is weighed. */
const stepSeconds = 0.05;

/** How far ends spread around the typical time, as the standard deviation of their logarithm. */
const spread = 0.25;

/** What a moment far from the typical time weighs beside that time itself: a job may end at any moment. */
const minWeight = 0.06;

/**
 * When a held answer looks whether its job has ended: seconds from now, rising, the last of them at the end of the wait.
 * Looks are dense around the typical time of the job's model and sparse elsewhere; the job is `ageSeconds` old now.
 */
export function pollsWithin(waitSeconds: number, ageSeconds: number, typicalSeconds: number): readonly number[] {
  if (waitSeconds <= 0) return [];
  const steps = Math.ceil(waitSeconds / stepSeconds);
  const times = Array.from({ length: steps }, (_, step) => Math.min(waitSeconds, (step + 1) * stepSeconds));
  const weights = times.map((time) => weightAt((ageSeconds + time) / typicalSeconds));
  const share = weights.reduce((sum, weight) => sum + weight, 0) / maxPolls;
  const polls: number[] = [];
  let weighed = 0;
  for (const [step, time] of times.entries()) {
    weighed += weights[step] ?? 0;
    const isDue = weighed >= share && time - (polls.at(-1) ?? 0) >= minGapSeconds;
    if (time === waitSeconds || (isDue && waitSeconds - time >= minGapSeconds)) polls.push(time);
    if (isDue) weighed = Math.min(weighed - share, share);
  }
  return polls;
}

/** How likely it is that a job ends at this multiple of its typical time, beside the typical time itself. */
function weightAt(multiple: number): number {
  const distance = Math.log(Math.max(multiple, 1e-6)) / spread;
  return Math.max(minWeight, Math.exp(-(distance ** 2) / 2));
}
