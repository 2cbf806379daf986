import { type Attempt, isSpent } from './attempt.ts';
import type { OpenJob } from './job.ts';

/** How long a request to a candidate usually takes, and when it is given up. */
export interface RequestTiming {
  readonly typicalSeconds: number;
  readonly timeoutSeconds: number;
}

/** Work is slow that has taken this many times as long as usual, and longer than a request to its model may take at all. */
const slowFactor = 3;

/**
 * Whether work behind a ticket is to be called off for a fallback. It is long past its model's time, and another model can
 * still make the images before the deadline. Since a provider may not say whether the work has ended, what follows may be
 * the one further request after an unknown outcome: where that was made already, the job waits on.
 */
export function isToBeGivenUp(
  job: OpenJob,
  attempt: Attempt,
  timingOf: (candidate: number) => RequestTiming,
  now: number,
): boolean {
  if (!attempt.ticket || job.attempts.some(({ outcome }) => isSpent(outcome))) return false;
  const { typicalSeconds, timeoutSeconds } = timingOf(attempt.candidate);
  const isSlow = now - attempt.startedAt > Math.max(slowFactor * typicalSeconds, timeoutSeconds) * 1000;
  const hasTime = (candidate: number) => now + timingOf(candidate).timeoutSeconds * 1000 <= job.deadlineAt;
  const next = job.candidates.find((_, candidate) => candidate > attempt.candidate && hasTime(candidate));
  return isSlow && next !== undefined && (next.provider !== attempt.provider || next.model !== attempt.model);
}
