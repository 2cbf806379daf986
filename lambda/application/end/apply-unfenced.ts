import type { Transition } from '../../domain/jobs/conditions.ts';
import type { Job } from '../../domain/jobs/job.ts';
import type { Applied } from '../../domain/ports.ts';
import { applyEnd, type EndDependencies } from './apply-end.ts';

/** A ledger is written twice a request, so that nobody loses this race often. */
const maxTries = 10;

/**
 * Ends a job from outside of its worker: again with the job as it then stands, where somebody has written
 * into its ledger in between.
 */
export async function applyUnfenced(
  dependencies: EndDependencies,
  job: Job,
  transitionOf: (latest: Job) => Transition,
): Promise<Applied> {
  let latest: Job = job;
  for (let tries = 1; ; tries += 1) {
    const applied = await applyEnd(dependencies, latest, transitionOf(latest));
    const ledgerMoved = applied.job !== undefined && applied.job.ledgerVersion !== latest.ledgerVersion;
    if (applied.applied || !ledgerMoved || tries >= maxTries) return applied;
    latest = applied.job;
  }
}
