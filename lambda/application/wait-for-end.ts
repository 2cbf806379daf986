import { isOpen, type Job } from '../domain/job.ts';
import type { Clock, JobStore } from '../domain/ports.ts';

const lookEveryMilliseconds = 400;

/**
 * Looks at an open job until it has ended or the client's patience is over, and gives it as it was last seen. A look that
 * fails, or that takes longer than the client would wait, is no fault of the answer: the job has been accepted, and its
 * caller must hear so.
 */
export async function waitForEnd(jobs: JobStore, clock: Clock, job: Job, waitSeconds: number): Promise<Job> {
  const until = clock.now() + waitSeconds * 1000;
  let latest = job;
  while (isOpen(latest) && clock.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(lookEveryMilliseconds, until - clock.now())));
    const look = jobs.find(job.id).catch(() => undefined);
    latest = (await within(Math.max(0, until - clock.now()), look)) ?? latest;
  }
  return latest;
}

/** What a promise gives in time; undefined where it is late. A look that is there already is never late. */
async function within<Value>(milliseconds: number, looked: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([looked, late]);
  } finally {
    clearTimeout(timer);
  }
}
