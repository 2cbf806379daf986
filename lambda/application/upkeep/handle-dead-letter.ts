import { isOpen } from '../../domain/jobs/job.ts';
import { clockSkewSeconds, maxHopsAhead } from '../../domain/jobs/transitions.ts';
import type { JobQueue, WakeUp } from '../../domain/ports.ts';
import { type SettleDependencies, settleOverdue, wakeForLedger } from '../end/fail-overdue.ts';
import { finished, keep, type Verdict } from '../process/message-disposition.ts';

export interface HandleDeadLetterDependencies extends SettleDependencies {
  readonly queue: JobQueue;
}

/**
 * Deals with a wake-up that was received too often to be tried again.
 * 1. A job that is gone, has ended or has moved on needs it no more.
 * 2. A job whose worker is alive is looked at again when the lease ends.
 * 3. An open job past its deadline fails; before it, it gets a fresh wake-up with the next hop.
 * Only what the third makes late counts as dead-lettered: the rest delays nobody.
 */
export async function handleDeadLetter(dependencies: HandleDeadLetterDependencies, wakeUp: WakeUp): Promise<Verdict> {
  const { jobs, queue, clock, telemetry } = dependencies;
  const found = await jobs.find(wakeUp.jobId);
  const fields = { jobId: wakeUp.jobId, hop: wakeUp.hop, status: found?.status };
  if (!found) {
    telemetry.record('wake_up_orphaned', fields);
    return finished;
  }
  const now = clock.now();
  const leaseEndsAt = found.leaseUntil + clockSkewSeconds * 1000;
  if (!isOpen(found) || found.hop > wakeUp.hop) {
    telemetry.record('wake_up_stale', fields);
    await wakeForLedger(queue, found);
    return finished;
  }
  if (wakeUp.hop - found.hop > maxHopsAhead) {
    telemetry.record('wake_up_malformed', fields);
    return finished;
  }
  if (leaseEndsAt > now && found.deadlineAt > now) return keep((leaseEndsAt - now) / 1000);
  const job = await settleOverdue(dependencies, found);
  if (isOpen(job) && job.deadlineAt <= clock.now()) return keep(5); // Its worker has a moment of grace left.
  telemetry.record('wake_up_dead_lettered', fields);
  if (!isOpen(job)) {
    await wakeForLedger(queue, job);
    return finished;
  }
  await queue.send({ jobId: job.id, hop: wakeUp.hop + 1 }, job, 0);
  return finished;
}
