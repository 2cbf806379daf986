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
 * A wake-up can be faster than its item; one without an item is looked at again this often, and for so long. That makes
 * seven receives, well below the ten after which it would be a dead letter, also where some come twice.
 */
const orphanRetrySeconds = 10;
const orphanLivesSeconds = 60;

interface UnclaimedDependencies extends WorkerDependencies {
  readonly settings: WorkerDependencies['settings'] & { readonly leaseSeconds: number };
}

/**
 * Whether a job is one that its id has outlived: the wake-up is most likely of the one that is about to take its place, whose
 * item is still on its way. Its maker's clock may be ahead.
 */
const isInNobodysWay = (job: Job, now: number): boolean =>
  !isOpen(job) && openAttempt(job.attempts) === undefined && isForgotten(job, now + clockSkewSeconds * 1000);

/** What becomes of a wake-up that could not claim its job; `job` as it then stood, undefined where there is none. */
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
      // No worker of this job has sent it.
      telemetry.record('wake_up_malformed', { jobId: job.id, hop: wakeUp.hop });
      return deleteMessage;
    case 'leased': {
      const standing = await failIfOverdue(dependencies, job);
      if (isOpen(job) && !isOpen(standing)) return handleUnclaimed(dependencies, wakeUp, message, standing);
      const restSeconds = (refusal.until - now) / 1000 + 5;
      // A worker may be lost shortly before the deadline: then its lease is too long to be waited for.
      const graceSeconds = (graceEndsAt(job, settings.leaseSeconds) - now) / 1000;
      // The next hop is sent before the lease is given back, so its worker is most likely just about to.
      const isSuccessor = isOpen(job) && wakeUp.hop > job.hop;
      const maxSeconds = isSuccessor ? settings.leaseSeconds / 6 : isOpen(job) ? graceSeconds : restSeconds;
      return retryAfter(Math.min(restSeconds, maxSeconds));
    }
    case 'not_due':
      return retryAfter((refusal.until - now) / 1000);
  }
}
