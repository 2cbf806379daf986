import type { Transition } from '../domain/conditions.ts';
import { ItemTooLarge } from '../domain/item-too-large.ts';
import type { Job } from '../domain/job.ts';
import type { Applied, JobStore } from '../domain/ports.ts';
import { smallerEnds } from '../domain/smaller-ends.ts';
import type { Telemetry } from '../domain/telemetry.ts';

export interface EndDependencies {
  readonly jobs: Pick<JobStore, 'apply'>;
  readonly telemetry: Telemetry;
}

/**
 * Makes a transition that ends a job, or closes an entry of one that has ended. Where the store refuses it for the item's
 * size, it is made in a form that takes less room: a job whose end can't be written would be open for ever.
 */
export async function applyEnd({ jobs, telemetry }: EndDependencies, job: Job, end: Transition): Promise<Applied> {
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
