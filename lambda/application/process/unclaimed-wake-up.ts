// Stale, duplicate, early and orphaned wake-ups: the disposition of a message whose claim was refused.

import { openAttempt } from '../../domain/jobs/attempt.ts';
import { graceEndsAt } from '../../domain/jobs/endings.ts';
import { isForgotten } from '../../domain/jobs/item-ttl.ts';
import { isOpen, type Job } from '../../domain/jobs/job.ts';
import { claimRefusal, clockSkewSeconds } from '../../domain/jobs/transitions.ts';
import type { ReceivedMessage, WakeUp } from '../../domain/ports.ts';
import { closeEndedJob } from '../attempt/close-ended-job.ts';
import type { WorkerDependencies } from '../attempt/worker-dependencies.ts';
import { failIfOverdue } from '../end/fail-overdue.ts';
import { type Disposition, deleteMessage, retryAfter } from './message-disposition.ts';

/**
 * A wake-up can arrive before its item is visible: without an item it is retried at this interval, for this long. That makes seven
 * receives, well below the ten of the dead-letter queue, even with some duplicate deliveries.
 */
const orphanRetrySeconds = 10;
const orphanLivesSeconds = 60;

interface UnclaimedDependencies extends WorkerDependencies {
  readonly settings: WorkerDependencies['settings'] & { readonly leaseSeconds: number };
}

/**
 * Whether a job is only the remains of an earlier one under the same id, past its TTL: the wake-up most likely belongs to the job
 * about to replace it, whose item isn't visible yet. The clock of its creator may be ahead.
 */
const isInNobodysWay = (job: Job, now: number): boolean =>
  !isOpen(job) && openAttempt(job.attempts) === undefined && isForgotten(job, now + clockSkewSeconds * 1000);

/** The disposition of a wake-up whose claim was refused; `job` as of the claim, undefined if there is none. */
export async function handleUnclaimed(
  dependencies: UnclaimedDependencies,
  wakeUp: WakeUp,
  message: ReceivedMessage,
  job: Job | undefined,
): Promise<Disposition> {
  const { clock, telemetry, settings } = dependencies;
  const now = clock.now();
  if (!job || isInNobodysWay(job, now)) {
    if (message.ageSeconds < orphanLivesSeconds) return retryAfter(orphanRetrySeconds);
    telemetry.record('wake_up_orphaned', { jobId: wakeUp.jobId, hop: wakeUp.hop });
    return deleteMessage;
  }
  const refusal = claimRefusal(job, wakeUp.hop, now);
  switch (refusal.reason) {
    case 'ended':
      await closeEndedJob(dependencies, job);
      return deleteMessage;
    case 'stale':
      telemetry.record('wake_up_stale', { jobId: job.id, hop: wakeUp.hop });
      return deleteMessage;
    case 'ahead':
      // Forged: no worker of this job sent it.
      telemetry.record('wake_up_malformed', { jobId: job.id, hop: wakeUp.hop });
      return deleteMessage;
    case 'leased': {
      const standing = await failIfOverdue(dependencies, job);
      if (isOpen(job) && !isOpen(standing)) return handleUnclaimed(dependencies, wakeUp, message, standing);
      const restSeconds = (refusal.until - now) / 1000 + 5;
      // A worker may be lost shortly before the deadline, and its lease outlast the grace period.
      const graceSeconds = (graceEndsAt(job, settings.leaseSeconds) - now) / 1000;
      // The next hop is sent before the lease is released, so the release is most likely imminent.
      const isSuccessor = isOpen(job) && wakeUp.hop > job.hop;
      const maxSeconds = isSuccessor ? settings.leaseSeconds / 6 : isOpen(job) ? graceSeconds : restSeconds;
      return retryAfter(Math.min(restSeconds, maxSeconds));
    }
    case 'not_due':
      return retryAfter((refusal.until - now) / 1000);
  }
}
