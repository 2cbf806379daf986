import { openAttempt } from '../domain/attempt.ts';
import { fail } from '../domain/endings.ts';
import type { JobFailure, OpenJob } from '../domain/job.ts';
import { isOpen } from '../domain/job.ts';
import type { KeyStore } from '../domain/key-store.ts';
import { type FailureSettings, failureOfLedger, nextStep } from '../domain/next-step.ts';
import type { JobQueue, JobStore, ReceivedMessage, WakeUp } from '../domain/ports.ts';
import type { SlotStore } from '../domain/slot-store.ts';
import { claim, giveBack, mostCrashes } from '../domain/transitions.ts';
import { applyEnd } from './apply-end.ts';
import { giveUpTicket } from './give-up-ticket.ts';
import { Heartbeat, hideForLease, JobLost, type LeaseSettings } from './heartbeat.ts';
import { putToSleep } from './put-to-sleep.ts';
import { recoverAttempt } from './recover-attempt.ts';
import { resumeAttempt } from './resume-attempt.ts';
import { type AttemptDependencies, type AttemptEnd, runAttempt } from './run-attempt.ts';
import { RunningSlot, type SlotSettings } from './running-slot.ts';
import { settleEndedJob } from './settle-ended-job.ts';
import { stopBlocked } from './stop-blocked-job.ts';
import { handleUnclaimed } from './unclaimed-wake-up.ts';
import { waitInPlace } from './wait-in-place.ts';
import { finished, keep, type Verdict } from './wake-up-verdict.ts';

export interface ProcessJobDependencies extends AttemptDependencies {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly virtualKeys: Pick<KeyStore, 'find'>;
  readonly slots: SlotStore;
  readonly settings: LeaseSettings & FailureSettings & SlotSettings;
}

/** A worker that met a fault, such as a store that is down, leaves its job alone for this long, and some jitter. */
const faultPauseSeconds = 10;

/** What a request may take of the function: its full timeout, and then storing the results. Stage rules leave room for it. */
const secondsFor = (timeoutSeconds: number): number => timeoutSeconds + Math.min(30, timeoutSeconds / 5);

/**
 * Carries one job as far as it goes now.
 * 1. Hide the message for a lease, and claim the job, or say what becomes of the wake-up.
 * 2. Keep the lease while working.
 * 3. Read the next step off the ledger and take it, until the job has ended or must wait. A job that has crashed a worker
 *    goes to the lane where each job has an invocation alone: its neighbours pay for it once at the most.
 * 4. To wait for longer than some seconds: send the next hop, give the lease back, and let the message go.
 * `secondsLeft` is what remains of the function's time. Throws nothing: a fault keeps the message.
 */
export async function processJob(
  dependencies: ProcessJobDependencies,
  wakeUp: WakeUp,
  message: ReceivedMessage,
  secondsLeft: () => number,
): Promise<Verdict> {
  const { jobs, clock, random, telemetry, settings } = dependencies;
  try {
    await hideForLease(dependencies, wakeUp.jobId, message);
    const now = clock.now();
    const claimed = await jobs.apply(wakeUp.jobId, claim(wakeUp.hop, now, settings.leaseSeconds));
    if (!claimed.applied || !isOpen(claimed.job)) {
      return await handleUnclaimed(dependencies, wakeUp, message, claimed.job);
    }
    const heartbeat = new Heartbeat(dependencies, claimed.job, message);
    const slot = new RunningSlot(dependencies, claimed.job, secondsLeft);
    try {
      if (claimed.job.crashes > 0 && !message.isAlone) {
        return await putToSleep(dependencies, { ...claimed.job, lane: 'alone' }, clock.now());
      }
      return await work(dependencies, claimed.job, slot, heartbeat.lost, secondsLeft);
    } catch (error) {
      if (!(error instanceof JobLost)) await letGo(dependencies, claimed.job);
      throw error;
    } finally {
      await heartbeat.stop();
      await slot.giveBack();
    }
  } catch (error) {
    if (error instanceof JobLost) {
      telemetry.record('job_lost', { jobId: wakeUp.jobId, hop: wakeUp.hop });
      return keep(faultPauseSeconds);
    }
    telemetry.record('worker_fault', { jobId: wakeUp.jobId, hop: wakeUp.hop }, error);
    return keep(faultPauseSeconds + 5 * random());
  }
}

/** Without this a fault would cost a whole lease and count as a crash. If it fails too, that is what happens. */
async function letGo({ jobs, clock, telemetry }: ProcessJobDependencies, job: OpenJob): Promise<void> {
  try {
    await jobs.apply(job.id, giveBack(job, clock.now() + faultPauseSeconds * 1000));
  } catch (error) {
    telemetry.record('worker_fault', { jobId: job.id, part: 'lease' }, error);
  }
}

async function work(
  dependencies: ProcessJobDependencies,
  claimed: OpenJob,
  slot: RunningSlot,
  lost: AbortSignal,
  secondsLeft: () => number,
): Promise<Verdict> {
  const { catalog, clock, settings, telemetry } = dependencies;
  const timingOf = (job: OpenJob) => (candidate: number) => {
    const named = job.candidates[candidate];
    if (!named) throw new Error(`The job has no candidate ${candidate}.`);
    return catalog.timing(named);
  };
  let job = claimed;
  // A timer may be a little ahead of the clock.
  let waitedUntil = 0;
  for (;;) {
    lost.throwIfAborted();
    if (job.crashes >= mostCrashes && !openAttempt(job.attempts)) {
      telemetry.record('job_crashed', { jobId: job.id, crashes: job.crashes });
      return end(dependencies, job, crashed);
    }
    const step = nextStep(job, settings, timingOf(job), Math.max(clock.now(), waitedUntil));
    let outcome: AttemptEnd;
    switch (step.do) {
      case 'fail':
        return end(dependencies, job, failureOfLedger(job));
      case 'wait': {
        const nextSeconds = secondsFor(timingOf(job)(step.candidate).timeoutSeconds);
        const time = { nextSeconds, secondsLeft: secondsLeft() };
        if (!(await waitInPlace(dependencies, step.until, time, lost)))
          return putToSleep(dependencies, job, step.until);
        waitedUntil = step.until;
        continue;
      }
      case 'start': {
        const timing = timingOf(job)(step.candidate);
        const hasTime = () => secondsFor(timing.timeoutSeconds) <= secondsLeft();
        if (!hasTime()) return putToSleep(dependencies, job, clock.now());
        if (await stopBlocked(dependencies, job)) return finished;
        const turnAt = await slot.take(timing);
        if (turnAt !== undefined) return putToSleep(dependencies, job, turnAt);
        outcome = await runAttempt(dependencies, job, step.candidate, lost, hasTime);
        break;
      }
      case 'resume':
        if (clock.now() >= job.deadlineAt) return end(dependencies, job, overdue);
        outcome = await resumeAttempt(dependencies, job, step.attempt, lost);
        break;
      case 'give_up':
        outcome = await giveUpTicket(dependencies, job, step.attempt, lost);
        break;
      case 'recover':
        outcome = await recoverAttempt(dependencies, job, step.attempt);
        break;
    }
    if (outcome.next === 'ended') return finished;
    if (outcome.next === 'wait') return putToSleep(dependencies, outcome.job, outcome.until);
    job = outcome.job;
  }
}

async function end(dependencies: ProcessJobDependencies, job: OpenJob, failure: JobFailure): Promise<Verdict> {
  const { clock, telemetry } = dependencies;
  const ended = await applyEnd(dependencies, job, fail(job, failure, clock.now()));
  if (!ended.applied) throw new JobLost('The job was taken while it was being ended.');
  await settleEndedJob(dependencies, ended.job);
  const { provider, model } = failure;
  telemetry.record(ended.job.status === 'completed' ? 'job_completed' : 'job_failed', {
    jobId: job.id,
    operation: job.operation,
    failureCode: failure.code,
    provider,
    model,
    attempts: job.attempts.length,
  });
  return finished;
}

const crashed: JobFailure = {
  code: 'internal',
  message: 'The workers of this job stopped unexpectedly several times. It was given up.',
  warnings: [],
};

const overdue: JobFailure = {
  code: 'deadline_exceeded',
  message: 'The images were not there before the deadline of the job.',
  warnings: [],
};
