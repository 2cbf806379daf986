import { openAttempt } from '../../domain/jobs/attempt.ts';
import type { Transition } from '../../domain/jobs/conditions.ts';
import { ItemTooLarge } from '../../domain/jobs/item-too-large.ts';
import { isOpen, type Job } from '../../domain/jobs/job.ts';
import { smallerEnds } from '../../domain/jobs/smaller-ends.ts';
import type { Applied, JobStore } from '../../domain/ports.ts';
import { type ReservationDependencies, settleReservation } from './end-reservation.ts';

export interface EndDependencies extends ReservationDependencies {
  readonly jobs: Pick<JobStore, 'apply'>;
}

/**
 * Makes a transition that ends a job, or closes an entry of one that has ended. A job that has ended and has no open entry is
 * settled: what it has spent is known, as far as it ever will be. If the function dies in between, the sweep does it.
 */
export async function applyEnd(dependencies: EndDependencies, job: Job, end: Transition): Promise<Applied> {
  const applied = await write(dependencies, job, end);
  if (applied.applied && !hasSpentAll(job) && hasSpentAll(applied.job))
    await settleReservation(dependencies, applied.job);
  return applied;
}

/** Whether a job will spend nothing more: a request that is open may still turn out to cost something. */
export const hasSpentAll = (job: Job): boolean => !isOpen(job) && openAttempt(job.attempts) === undefined;

/**
 * Where the store refuses an end for the item's size, it is made in a form that takes less room: a job whose end can't be
 * written would be open for ever.
 */
async function write({ jobs, telemetry }: EndDependencies, job: Job, end: Transition): Promise<Applied> {
  let transition = end;
  for (const smaller of smallerEnds) {
    try {
      return await jobs.apply(job.id, transition);
    } catch (error) {
      if (!(error instanceof ItemTooLarge)) throw error;
      telemetry.record('end_cut', { jobId: job.id, transition: end.name }, error);
      transition = smaller(job, end);
    }
  }
  return jobs.apply(job.id, transition);
}
