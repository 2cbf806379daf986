import type { Transition } from '../../domain/jobs/conditions.ts';
import type { Job } from '../../domain/jobs/job.ts';
import type { Applied } from '../../domain/ports.ts';
import { applyEnd, type EndDependencies } from './apply-end.ts';

/** A ledger is written twice a request, so this race is rarely lost more than once. */
const maxTries = 10;

/**
 * Ends a job from outside of its worker, by optimistic locking on `ledgerVersion`: retries with the current job if there was a write
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
