import type { Transition } from '../domain/conditions.ts';
import { isOpen, type OpenJob } from '../domain/job.ts';
import type { Applied, JobStore } from '../domain/ports.ts';

/** A ledger is written twice a request, so that nobody loses this race often. */
const mostTries = 10;

/**
 * Ends a job from outside of its worker: again with the job as it then stands, where the worker has written into its
 * ledger in between.
 */
export async function endUnfenced(
  jobs: Pick<JobStore, 'apply'>,
  job: OpenJob,
  endOf: (latest: OpenJob) => Transition,
): Promise<Applied> {
  let latest = job;
  for (let tries = 1; ; tries += 1) {
    const applied = await jobs.apply(job.id, endOf(latest));
    const current = applied.job;
    const ledgerMoved = current && isOpen(current) && current.ledgerVersion !== latest.ledgerVersion;
    if (applied.applied || !ledgerMoved || tries >= mostTries) return applied;
    latest = current;
  }
}
