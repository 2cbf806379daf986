import { isOpen } from '../../domain/jobs/job.ts';
import { clockSkewSeconds, maxHopsAhead } from '../../domain/jobs/transitions.ts';
import type { JobQueue, WakeUp } from '../../domain/ports.ts';
import { type FailOverdueDependencies, failIfOverdue, wakeForLedger } from '../end/fail-overdue.ts';
import { type Disposition, deleteMessage, retryAfter } from '../process/message-disposition.ts';

export interface HandleDeadLetterDependencies extends FailOverdueDependencies {
  readonly queue: JobQueue;
}

/**
 * Dead-letter handler: processes a wake-up that was received too often to be redelivered.
 * 1. A job that is gone, has ended or has moved on needs it no more.
 * 2. A job whose worker is alive is checked again when the lease ends.
 * 3. An open job past its deadline fails; before it, it gets a fresh wake-up with the next hop.
 * Only what the third makes late counts as dead-lettered: the rest delays no job.
 */
export async function handleDeadLetter(
  dependencies: HandleDeadLetterDependencies,
  wakeUp: WakeUp,
): Promise<Disposition> {
  const { jobs, queue, clock, telemetry } = dependencies;
  const found = await jobs.find(wakeUp.jobId);
  const fields = { jobId: wakeUp.jobId, hop: wakeUp.hop, status: found?.status };
  if (!found) {
    telemetry.record('wake_up_orphaned', fields);
    return deleteMessage;
  }
  const now = clock.now();
  const leaseEndsAt = found.leaseUntil + clockSkewSeconds * 1000;
  if (!isOpen(found) || found.hop > wakeUp.hop) {
    telemetry.record('wake_up_stale', fields);
    await wakeForLedger(queue, found);
    return deleteMessage;
  }
  if (wakeUp.hop - found.hop > maxHopsAhead) {
    telemetry.record('wake_up_malformed', fields);
    return deleteMessage;
  }
  if (leaseEndsAt > now && found.deadlineAt > now) return retryAfter((leaseEndsAt - now) / 1000);
  const job = await failIfOverdue(dependencies, found);
  if (isOpen(job) && job.deadlineAt <= clock.now()) return retryAfter(5); // Its worker has a moment of grace left.
  telemetry.record('wake_up_dead_lettered', fields);
  if (!isOpen(job)) {
    await wakeForLedger(queue, job);
    return deleteMessage;
  }
  await queue.send({ jobId: job.id, hop: wakeUp.hop + 1 }, job, 0);
  return deleteMessage;
}
