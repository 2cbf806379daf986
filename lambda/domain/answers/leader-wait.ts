import type { OpenJob } from '../jobs/job.ts';
import type { RequestTiming } from '../jobs/slow-ticket.ts';

/** Bounds of the pause between two looks at a leader, in seconds. */
const [minPauseSeconds, maxPauseSeconds] = [1, 30];

/** How many looks there are while a leader's model takes its typical time. */
const looksPerTypicalTime = 8;

/**
 * When a job that waits for its leader looks again (epoch ms): some times in the typical time of the model, and ever less often
 * after it, by how long the leader has been under way.
 */
export function nextLookAt(leader: OpenJob, { typicalSeconds }: Pick<RequestTiming, 'typicalSeconds'>, now: number) {
  const elapsedSeconds = (now - leader.createdAt) / 1000;
  const pause = Math.max(typicalSeconds, elapsedSeconds) / looksPerTypicalTime;
  return now + Math.min(maxPauseSeconds, Math.max(minPauseSeconds, pause)) * 1000;
}

/** Time for a wake-up on its way, and for the queue before a worker, at the most. */
const maxMarginSeconds = 120;

/**
 * Until when a job may wait for others (epoch ms): after it, it must be on its way to make its own request in full before its
 * deadline. A quarter of what it could wait, at most two minutes, is left for the queue.
 */
export function waitsUntil(
  { createdAt, deadlineAt }: OpenJob,
  { timeoutSeconds }: Pick<RequestTiming, 'timeoutSeconds'>,
) {
  const lastStartAt = deadlineAt - timeoutSeconds * 1000;
  return lastStartAt - Math.min(maxMarginSeconds * 1000, (lastStartAt - createdAt) / 4);
}
