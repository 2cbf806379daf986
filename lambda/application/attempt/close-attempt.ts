import { type Attempt, openAttempt } from '../../domain/jobs/attempt.ts';
import { isDeleted, isOpen, type Job, type OpenJob } from '../../domain/jobs/job.ts';
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
 * Writes what is known of a provider request into the ledger, and gives the job as it then stands. Where the job has
 * ended meanwhile, the entry is still closed, once; then, or where another worker has the job, throws JobLost, after
 * `deleteObjects` has deleted what the attempt wrote, unless another worker may still need it.
 */
export async function writeAttempt(
  dependencies: LedgerDependencies,
  job: OpenJob,
  attempt: Attempt,
  deleteObjects: () => Promise<void> = async () => undefined,
): Promise<OpenJob> {
  const written = await dependencies.jobs.apply(job.id, updateAttempt(job, attempt));
  if (written.applied && isOpen(written.job)) return written.job;
  // In this order: as long as the entry of an ended job is open, another worker would see to what is left.
  if (!isWanted(written.job, attempt)) await deleteObjects();
  if (written.job) await closeEntryAfterEnd(dependencies, written.job, attempt);
  throw new JobLost('The job has ended or is worked on by another.');
}

/** Closes an entry of a job that has ended; does nothing if it is closed already or another worker has the job. */
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
      return;
    }
    latest = closed.job;
  }
}

/**
 * Whether what an attempt has written may be needed by others: a worker that has taken the job over may have finished it
 * with these very images, or be about to. Nobody needs anything of a deleted job.
 */
export function isWanted(job: Job | undefined, attempt: Attempt): boolean {
  const entry = job?.attempts.find((each) => each.number === attempt.number);
  if (!job || !entry || isDeleted(job)) return false;
  return entry.outcome === 'succeeded' || (entry.outcome === 'started' && isOpen(job));
}

/** Deletes what a call has stored that leaves its entry as it is, unless another worker may still need it. */
export async function leaveAttempt(
  { jobs }: Pick<LedgerDependencies, 'jobs'>,
  job: OpenJob,
  attempt: Attempt,
  call: Pick<RunningCall, 'objects' | 'deleteObjects'>,
): Promise<void> {
  if (call.objects.hasStored() && !isWanted(await jobs.find(job.id), attempt)) await call.deleteObjects();
}

/** An entry whose worker is gone without a trace: it may have been paid for. */
export const abandoned = (attempt: Attempt, now: number): Attempt => ({
  ...attempt,
  outcome: 'abandoned',
  billed: 'unknown',
  endedAt: now,
  message: 'The worker was lost during the provider request; nobody knows what became of it.',
});
