import { isOpen, type Job } from '../domain/job.ts';
import type { Clock, JobStore } from '../domain/ports.ts';

const lookEveryMilliseconds = 400;

/**
 * Looks at an open job until it has ended or the client's patience is over, and gives it as it was last seen. A look that
 * fails is no fault of the answer: the job has been accepted, and its caller must hear so.
 */
export async function waitForEnd(jobs: JobStore, clock: Clock, job: Job, waitSeconds: number): Promise<Job> {
  const until = clock.now() + waitSeconds * 1000;
  let latest = job;
  while (isOpen(latest) && clock.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(lookEveryMilliseconds, until - clock.now())));
    latest = (await jobs.find(job.id).catch(() => undefined)) ?? latest;
  }
  return latest;
}
