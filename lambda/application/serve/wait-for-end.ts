import { firstCandidate, isOpen, type Job, type OpenJob } from '../../domain/jobs/job.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import type { Catalog, JobStore } from '../../domain/ports.ts';
import type { GrantedWait } from '../../domain/usage/granted-wait.ts';
import { pollsWithin } from '../../domain/usage/wait-schedule.ts';
import { sleep } from '../timing/sleep.ts';
import { within } from '../timing/within.ts';
import { type WaitSlotDependencies, withWaitSlot } from './with-wait-slot.ts';

export interface WaitDependencies extends WaitSlotDependencies {
  readonly jobs: Pick<JobStore, 'find'>;
  readonly catalog: Pick<Catalog, 'timing'>;
}

/** A job as it was last seen. */
export interface AwaitedJob {
  readonly job: Job;
  /** The wait that was granted, in seconds, however soon the job had ended; 0 where its caller was granted none. */
  readonly waitedSeconds: number;
}

/**
 * Holds the answer about an open job back until it has ended, or the wait is over. Where its caller has no wait left, or that
 * isn't known, no wait is granted.
 */
export async function waitForEnd(
  dependencies: WaitDependencies,
  { owner }: Pick<Caller, 'owner'>,
  job: Job,
  { until, grantedSeconds, functionEndsAt }: GrantedWait,
): Promise<AwaitedJob> {
  if (!isOpen(job) || until <= dependencies.clock.now()) return { job, waitedSeconds: grantedSeconds };
  const wait = () => pollUntil(dependencies, job, until);
  const latest = await withWaitSlot(dependencies, { owner, jobId: job.id, until, functionEndsAt }, wait);
  return latest ? { job: latest, waitedSeconds: grantedSeconds } : { job, waitedSeconds: 0 };
}

/**
 * Looks at the job until it has ended, or until that time (epoch ms). A look that fails, or that takes longer than there is
 * time, is no fault of the answer: the job has been accepted, and its caller must hear so.
 */
export async function pollUntil(
  { jobs, catalog, clock, timers }: Pick<WaitDependencies, 'jobs' | 'catalog' | 'clock' | 'timers'>,
  job: OpenJob,
  until: number,
): Promise<Job> {
  const begunAt = clock.now();
  const { typicalSeconds } = catalog.timing(job.attempts.at(-1) ?? firstCandidate(job));
  let latest: Job = job;
  for (const look of pollsWithin((until - begunAt) / 1000, (begunAt - job.createdAt) / 1000, typicalSeconds)) {
    const pause = begunAt + look * 1000 - clock.now();
    if (pause > 0) await sleep(timers, pause);
    const polled = jobs.find(job.id).catch(() => undefined);
    latest = (await within(timers, Math.max(0, until - clock.now()), polled)) ?? latest;
    if (!isOpen(latest) || clock.now() >= until) break;
  }
  return latest;
}
