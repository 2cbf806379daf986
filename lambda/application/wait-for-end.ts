import { isOpen, type Job } from '../domain/job.ts';
import type { Clock, JobStore, Timers } from '../domain/ports.ts';
import { sleep } from './sleep.ts';
import { within } from './within.ts';

export interface WaitDependencies {
  readonly jobs: Pick<JobStore, 'find'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

const lookEveryMilliseconds = 400;

/**
 * Looks at an open job until it has ended or the client's patience is over, and gives it as it was last seen. A look that
 * fails, or that takes longer than the client would wait, is no fault of the answer: the job has been accepted, and its
 * caller must hear so.
 */
export async function waitForEnd(dependencies: WaitDependencies, job: Job, waitSeconds: number): Promise<Job> {
  const { jobs, clock, timers } = dependencies;
  const until = clock.now() + waitSeconds * 1000;
  let latest = job;
  while (isOpen(latest) && clock.now() < until) {
    await sleep(timers, Math.min(lookEveryMilliseconds, until - clock.now()));
    const look = jobs.find(job.id).catch(() => undefined);
    latest = (await within(timers, Math.max(0, until - clock.now()), look)) ?? latest;
  }
  return latest;
}
