import type { Operation } from '../../domain/generation.ts';
import { cancel } from '../../domain/jobs/endings.ts';
import { isOpen, type Job } from '../../domain/jobs/job.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import type { Clock, JobQueue, JobStore } from '../../domain/ports.ts';
import type { EndDependencies } from '../end/apply-end.ts';
import { applyUnfenced } from '../end/apply-unfenced.ts';
import { wakeForLedger } from '../end/fail-overdue.ts';
import { findOwnJob, noSuchJob } from './find-own-job.ts';

export interface CancelJobDependencies extends EndDependencies {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
}

/**
 * Cancels a caller's job.
 * 1. One conditional write decides between the cancel and the job's end; a job that has ended stays as it is.
 * 2. A wake-up makes a worker cancel the provider's task; a worker that holds the lease notices by its heartbeat.
 * Throws GatewayError `not_found`.
 */
export async function cancelJob(
  dependencies: CancelJobDependencies,
  caller: Pick<Caller, 'owner' | 'isAdmin'>,
  operation: Operation,
  jobId: string,
): Promise<Job> {
  const found = await findOwnJob(dependencies, caller, operation, jobId);
  const cancelled = await cancelFound(dependencies, found);
  if (!cancelled) throw noSuchJob();
  return cancelled;
}

/** Cancels a job, without a check of its owner; undefined if it is gone. */
export async function cancelFound(dependencies: CancelJobDependencies, found: Job): Promise<Job | undefined> {
  const { queue, clock, telemetry } = dependencies;
  if (!isOpen(found)) {
    // An earlier call may have cancelled it and failed to send the wake-up.
    await wakeForLedger(queue, found);
    return found;
  }
  const cancelled = await applyUnfenced(dependencies, found, (latest) => cancel(latest, clock.now()));
  if (cancelled.applied) {
    const { id: jobId, operation, attempts } = cancelled.job;
    telemetry.record('job_cancelled', { jobId, operation, attempts: attempts.length });
    await wakeForLedger(queue, cancelled.job);
  }
  return cancelled.job;
}
