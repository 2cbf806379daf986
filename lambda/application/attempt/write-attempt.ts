// Write-ahead ledger: closing an entry, fenced while the job is open, by optimistic locking after its end.

import { type Attempt, openAttempt } from '../../domain/jobs/attempt.ts';
import { isDeleted, isOpen, type Job, type OpenJob } from '../../domain/jobs/job.ts';
import { knownCost } from '../../domain/jobs/spending.ts';
import { closeAfterEnd, updateAttempt } from '../../domain/jobs/transitions.ts';
import type { Clock, JobStore } from '../../domain/ports.ts';
import { applyEnd, type EndDependencies } from '../end/apply-end.ts';
import { JobLost } from '../timing/heartbeat.ts';
import type { RunningCall } from './provider-call.ts';

export interface LedgerDependencies extends EndDependencies {
  readonly jobs: JobStore;
  readonly clock: Clock;
}

/**
 * Updates the ledger entry of a provider request, and returns the updated job. If the job has ended meanwhile, the entry is
 * still closed, once. Then, or if another worker has claimed the job, throws JobLost, after `deleteObjects` has deleted what
 * the attempt stored, unless another worker may still need it.
 */
export async function writeAttempt(
  dependencies: LedgerDependencies,
  job: OpenJob,
  attempt: Attempt,
  deleteObjects: () => Promise<void> = async () => undefined,
): Promise<OpenJob> {
  const written = await dependencies.jobs.apply(job.id, updateAttempt(job, attempt));
  if (written.applied && isOpen(written.job)) {
    reportUnknownCost(dependencies, job, attempt);
    return written.job;
  }
  // In this order: while the entry of an ended job is open, another worker would clean up after a crash here.
  if (!isWanted(written.job, attempt)) await deleteObjects();
  if (written.job) await closeEntryAfterEnd(dependencies, written.job, attempt);
  throw new JobLost('The job has ended or is worked on by another.');
}

/** Closes an entry of an ended job, by optimistic locking; does nothing if it is closed, or if the job is open. */
export async function closeEntryAfterEnd(dependencies: LedgerDependencies, job: Job, attempt: Attempt): Promise<void> {
  let latest: Job | undefined = job;
  while (latest && !isOpen(latest) && openAttempt(latest.attempts)?.number === attempt.number) {
    const closed = await applyEnd(dependencies, latest, closeAfterEnd(latest, attempt));
    if (closed.applied) {
      dependencies.telemetry.record('attempt_closed_late', {
        jobId: job.id,
        attempt: attempt.number,
        outcome: attempt.outcome,
        billed: attempt.billed,
      });
      reportUnknownCost(dependencies, job, attempt);
      return;
    }
    latest = closed.job;
  }
}

/** Records for an alarm that an entry was closed without a known cost: budgets count the most that it may have been. */
export function reportUnknownCost(
  { telemetry }: Pick<LedgerDependencies, 'telemetry'>,
  { id: jobId }: Pick<Job, 'id'>,
  closed: Attempt,
): void {
  if (closed.outcome === 'started' || knownCost(closed) !== undefined) return;
  const { number, provider, model, outcome } = closed;
  telemetry.record('cost_unknown', { jobId, attempt: number, provider, model, outcome });
}

/**
 * Whether another worker may need the objects of an attempt: one that took the job over may have completed it with these
 * images, or be about to. Objects of a deleted job are never needed.
 */
export function isWanted(job: Job | undefined, attempt: Attempt): boolean {
  const entry = job?.attempts.find((each) => each.number === attempt.number);
  if (!job || !entry || isDeleted(job)) return false;
  return entry.outcome === 'succeeded' || (entry.outcome === 'started' && isOpen(job));
}

/** For a call that leaves its entry unchanged: deletes what it has stored, unless another worker may still need it. */
export async function leaveAttempt(
  { jobs }: Pick<LedgerDependencies, 'jobs'>,
  job: OpenJob,
  attempt: Attempt,
  call: Pick<RunningCall, 'objects' | 'deleteObjects'>,
): Promise<void> {
  if (call.objects.hasStored() && !isWanted(await jobs.find(job.id), attempt)) await call.deleteObjects();
}

/** The closed entry of a lost worker: outcome and charge are unknown. */
export const abandoned = (attempt: Attempt, now: number): Attempt => ({
  ...attempt,
  outcome: 'abandoned',
  billed: 'unknown',
  endedAt: now,
  message: 'The worker was lost during the provider request; its outcome is unknown.',
});
