import type { Transition } from '../../domain/jobs/conditions.ts';
import { ItemTooLarge } from '../../domain/jobs/item-too-large.ts';
import { isOpen, type Job } from '../../domain/jobs/job.ts';
import { smallerEnds } from '../../domain/jobs/smaller-ends.ts';
import type { Applied, JobStore } from '../../domain/ports.ts';
import { endReservation, type ReservationDependencies } from './end-reservation.ts';

export interface EndDependencies extends ReservationDependencies {
  readonly jobs: Pick<JobStore, 'apply'>;
}

/**
 * Makes a transition that ends a job, or closes an entry of one that has ended. Ending a job includes ending its reservation;
 * if the function dies in between, the sweep does it.
 */
export async function applyEnd(dependencies: EndDependencies, job: Job, end: Transition): Promise<Applied> {
  const applied = await write(dependencies, job, end);
  if (applied.applied && isOpen(job) && !isOpen(applied.job)) await endReservation(dependencies, job);
  return applied;
}

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
