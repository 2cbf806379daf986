import { firstCandidate, isOpen, type Job } from '../domain/job.ts';
import type { Catalog, Clock, JobStore, Timers } from '../domain/ports.ts';
import { looksWithin } from '../domain/wait-schedule.ts';
import { sleep } from './sleep.ts';
import { within } from './within.ts';

export interface WaitDependencies {
  readonly jobs: Pick<JobStore, 'find'>;
  readonly catalog: Pick<Catalog, 'timing'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * Looks at an open job until it has ended, or until that time (epoch ms), and gives it as it was last seen. A look that
 * fails, or that takes longer than there is time, is no fault of the answer: the job has been accepted, and its caller must
 * hear so.
 */
export async function waitForEnd(dependencies: WaitDependencies, job: Job, until: number): Promise<Job> {
  const { jobs, catalog, clock, timers } = dependencies;
  const begunAt = clock.now();
  if (!isOpen(job) || until <= begunAt) return job;
  const { typicalSeconds } = catalog.timing(job.attempts.at(-1) ?? firstCandidate(job));
  let latest: Job = job;
  for (const look of looksWithin((until - begunAt) / 1000, (begunAt - job.createdAt) / 1000, typicalSeconds)) {
    const pause = begunAt + look * 1000 - clock.now();
    if (pause > 0) await sleep(timers, pause);
    const looked = jobs.find(job.id).catch(() => undefined);
    latest = (await within(timers, Math.max(0, until - clock.now()), looked)) ?? latest;
    if (!isOpen(latest) || clock.now() >= until) break;
  }
  return latest;
}
