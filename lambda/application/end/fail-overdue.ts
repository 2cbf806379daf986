import { openAttempt } from '../../domain/jobs/attempt.ts';
import { failOverdue } from '../../domain/jobs/endings.ts';
import type { Job } from '../../domain/jobs/job.ts';
import { isOpen } from '../../domain/jobs/job.ts';
import type { Clock, JobQueue, JobStore } from '../../domain/ports.ts';
import type { EndDependencies } from './apply-end.ts';
import { applyUnfenced } from './apply-unfenced.ts';

export interface FailOverdueDependencies extends EndDependencies {
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly settings: { readonly leaseSeconds: number };
}

/**
 * Fails an open job that is past its deadline, and returns the result; returns any other job as it is. Every reader of a
 * job does this: the sweep, the dead-letter queue's function, and the GET.
 */
export async function failIfOverdue(dependencies: FailOverdueDependencies, job: Job): Promise<Job> {
  const { clock, telemetry, settings } = dependencies;
  const now = clock.now();
  if (!isOpen(job) || job.deadlineAt > now) return job;
  const overdue = await applyUnfenced(dependencies, job, (latest) => failOverdue(latest, now, settings.leaseSeconds));
  if (overdue.applied) {
    telemetry.record('job_overdue', { jobId: job.id, operation: job.operation, attempts: job.attempts.length });
  }
  return overdue.job ?? job;
}

/**
 * Sends a wake-up for an ended job whose ledger is open, so that a worker closes the entry and calls off the provider's
 * work. Any hop does: an ended job is claimed by none.
 */
export async function wakeForLedger(queue: JobQueue, job: Job): Promise<void> {
  if (isOpen(job) || !openAttempt(job.attempts)) return;
  await queue.send({ jobId: job.id, hop: job.hop }, job, 0);
}
