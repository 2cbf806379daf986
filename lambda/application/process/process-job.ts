// The worker's use case: claim with a fencing token, work under a lease, idempotent under at-least-once delivery.

import { isOpen, type OpenJob } from '../../domain/jobs/job.ts';
import { claim } from '../../domain/jobs/transitions.ts';
import type { ReceivedMessage, WakeUp } from '../../domain/ports.ts';
import type { SlotStore } from '../../domain/usage/slot-store.ts';
import { publishAnswer } from '../answers/publish-answer.ts';
import type { WorkerDependencies } from '../attempt/worker-dependencies.ts';
import { hideForLease, JobLost, type LeaseSettings } from '../timing/heartbeat.ts';
import { advanceJob, type Pace } from './advance-job.ts';
import { endWithoutKey } from './callers-job.ts';
import { type Disposition, deleteMessage, retryAfter } from './message-disposition.ts';
import { reschedule } from './reschedule.ts';
import { RunningSlot, type SlotSettings } from './running-slot.ts';
import { handleUnclaimed } from './unclaimed-wake-up.ts';
import { faultPauseSeconds, withLease } from './with-lease.ts';

export interface ProcessJobDependencies extends WorkerDependencies {
  readonly slots: SlotStore;
  readonly settings: WorkerDependencies['settings'] & LeaseSettings & SlotSettings;
}

/** Longer backoffs go through the queue, which adds a few seconds but costs no function time. */
const maxBackoffSeconds = 5;

/**
 * Handles one wake-up.
 * 1. Hide the message for a lease and claim the job; if the claim is refused, decide the message's disposition.
 * 2. Renew the lease by a heartbeat while working.
 * 3. Advance the job to its end, or to a wait that a wake-up ends; or only end it, if its requests need the caller's own key. A job
 *    that has crashed a worker moves to the lane with an invocation per job, so that it takes others down at most once.
 * `secondsLeft` is the function's remaining time. Throws nothing: after a fault the message is retried.
 */
export async function processJob(
  dependencies: ProcessJobDependencies,
  wakeUp: WakeUp,
  message: ReceivedMessage,
  secondsLeft: () => number,
): Promise<Disposition> {
  const { jobs, clock, random, telemetry, settings } = dependencies;
  try {
    await hideForLease(dependencies, wakeUp.jobId, message);
    const now = clock.now();
    const claimed = await jobs.apply(wakeUp.jobId, claim(wakeUp.hop, now, settings.leaseSeconds));
    if (!claimed.applied || !isOpen(claimed.job)) {
      return await handleUnclaimed(dependencies, wakeUp, message, claimed.job);
    }
    await work(dependencies, claimed.job, message, secondsLeft);
    return deleteMessage;
  } catch (error) {
    if (error instanceof JobLost) {
      telemetry.record('job_lost', { jobId: wakeUp.jobId, hop: wakeUp.hop });
      return retryAfter(faultPauseSeconds);
    }
    telemetry.record('worker_fault', { jobId: wakeUp.jobId, hop: wakeUp.hop }, error);
    return retryAfter(faultPauseSeconds + 5 * random());
  }
}

async function work(
  dependencies: ProcessJobDependencies,
  job: OpenJob,
  message: ReceivedMessage,
  secondsLeft: () => number,
): Promise<void> {
  const { clock } = dependencies;
  const slot = new RunningSlot(dependencies, job, secondsLeft);
  const pace: Pace = {
    secondsLeft,
    mayStart: () => true,
    maxBackoffSeconds: () => maxBackoffSeconds,
    maxPauseSeconds: () => 0,
  };
  const carried = await withLease(dependencies, job, message, async (lost) => {
    try {
      if (job.credential === 'caller') return { to: 'end' as const, job: await endWithoutKey(dependencies, job) };
      if (job.crashes === 0 || message.isAlone) {
        return await advanceJob(dependencies, job, pace, (timing) => slot.take(timing), lost);
      }
      await reschedule(dependencies, { ...job, lane: 'alone' }, clock.now());
      return undefined;
    } finally {
      await slot.release();
    }
  });
  if (carried?.to !== 'end') return;
  await publishAnswer(dependencies, carried.job);
  await dependencies.durations.record(carried.job);
}
