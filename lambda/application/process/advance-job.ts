// The state machine of a claimed job: derive the next step from the ledger, execute it, repeat.

import { openAttempt } from '../../domain/jobs/attempt.ts';
import type { Job, JobFailure, OpenJob } from '../../domain/jobs/job.ts';
import type { CandidateTiming } from '../../domain/jobs/lane.ts';
import { failureOfLedger, nextStep } from '../../domain/jobs/next-step.ts';
import { maxCrashes } from '../../domain/jobs/transitions.ts';
import { consultAnswers } from '../answers/consult-answers.ts';
import type { AttemptEnd } from '../attempt/exchange.ts';
import { giveUpTicket } from '../attempt/give-up-ticket.ts';
import { recoverAttempt } from '../attempt/recover-attempt.ts';
import { resumeAttempt } from '../attempt/resume-attempt.ts';
import { runAttempt } from '../attempt/run-attempt.ts';
import type { WorkerDependencies } from '../attempt/worker-dependencies.ts';
import { fetchInputs } from '../inputs/fetch-inputs.ts';
import { endInsteadOfWaiting } from './callers-job.ts';
import { failJob } from './fail-job.ts';
import { reschedule } from './reschedule.ts';
import { stopBlocked } from './stop-blocked-job.ts';
import { waitInPlace } from './wait-in-place.ts';

/** How a function that works on a job spends its time, in seconds. */
export interface Pace {
  /** What is left of the function. */
  secondsLeft(): number;
  /** Whether a further provider request may be started here, if there is time for it. */
  mayStart(): boolean;
  /** The longest backoff to wait for in place rather than through the queue; 0 or less for none. */
  maxBackoffSeconds(): number;
  /** Likewise for a ticket, a gate or a store. */
  maxPauseSeconds(): number;
}

/** Takes one of its owner's slots for a job: undefined if granted, else when to try again (epoch ms). */
export type TakePlace = (timing: CandidateTiming & { readonly timeoutSeconds: number }) => Promise<number | undefined>;

/** How far a job got: to its end, or to a wait that a wake-up ends. */
export type Advanced = { readonly to: 'end'; readonly job: Job } | { readonly to: 'sleep' };

/** Function time to reserve for a request: its full timeout, then storing the results. Stage rules guarantee it. */
const secondsFor = (timeoutSeconds: number): number => timeoutSeconds + Math.min(30, timeoutSeconds / 5);

/**
 * Advances a claimed job: derives the next step from the ledger and executes it, until the job has ended or must wait longer
 * than its function may; then sends the next hop and releases the lease, or ends the job if only this function has the key for
 * its requests. Throws JobLost if the job was ended or claimed by
 * another, and the errors of an unavailable store.
 */
export async function advanceJob(
  dependencies: WorkerDependencies,
  claimed: OpenJob,
  pace: Pace,
  takePlace: TakePlace,
  lost: AbortSignal,
): Promise<Advanced> {
  const { catalog, clock, settings, telemetry } = dependencies;
  const timingOf = (job: OpenJob) => (candidate: number) => {
    const named = job.candidates[candidate];
    if (!named) throw new Error(`The job has no candidate ${candidate}.`);
    return catalog.timing(named);
  };
  let job = claimed;
  // A timer may fire slightly before the clock says so.
  let waitedUntil = 0;
  const sleep = async (until: number): Promise<Advanced> => {
    if (job.credential === 'caller') {
      return { to: 'end', job: await endInsteadOfWaiting(dependencies, job, pace.maxPauseSeconds(), lost) };
    }
    await reschedule(dependencies, job, until);
    return { to: 'sleep' };
  };
  const waited = async (until: number, maxSeconds: number, timeoutSeconds: number): Promise<boolean> => {
    if (maxSeconds <= 0) return false;
    const time = { maxSeconds, nextSeconds: secondsFor(timeoutSeconds), secondsLeft: pace.secondsLeft() };
    if (!(await waitInPlace(dependencies, until, time, lost))) return false;
    waitedUntil = until;
    return true;
  };
  for (;;) {
    lost.throwIfAborted();
    if (job.crashes >= maxCrashes && !openAttempt(job.attempts)) {
      telemetry.record('job_crashed', { jobId: job.id, crashes: job.crashes });
      return end(dependencies, job, crashed);
    }
    const step = nextStep(job, settings, timingOf(job), Math.max(clock.now(), waitedUntil));
    let outcome: AttemptEnd;
    switch (step.do) {
      case 'fail':
        return end(dependencies, job, failureOfLedger(job));
      case 'wait': {
        const { timeoutSeconds } = timingOf(job)(step.candidate);
        if (!(await waited(step.until, pace.maxBackoffSeconds(), timeoutSeconds))) return sleep(step.until);
        continue;
      }
      case 'start': {
        const timing = timingOf(job)(step.candidate);
        const hasTime = () => pace.mayStart() && secondsFor(timing.timeoutSeconds) <= pace.secondsLeft();
        if (!hasTime()) return sleep(clock.now());
        const stopped = await stopBlocked(dependencies, job);
        if (stopped) return { to: 'end', job: stopped };
        const consulted = await consultAnswers(dependencies, job, timing);
        if (consulted.next !== 'go_on') {
          outcome = consulted;
          break;
        }
        const mustFetch = job.addresses?.isFetched === false;
        // A slow server at a caller's address occupies a worker, also where the provider's task is polled.
        const turnAt = await takePlace(mustFetch ? { ...timing, isPolled: false } : timing);
        if (turnAt !== undefined) return sleep(turnAt);
        // The seconds are within those of the request, which the function and the deadline have left; afterwards both are asked again.
        const fetched = await fetchInputs(dependencies, job, timing.timeoutSeconds, lost);
        if (fetched) {
          outcome = fetched;
          break;
        }
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
    if (outcome.next === 'ended') return { to: 'end', job: outcome.job };
    if (outcome.next === 'fail') return end(dependencies, outcome.job, outcome.failure);
    job = stillHeld(outcome.job, job);
    if (outcome.next === 'go_on') continue;
    const asked = openAttempt(job.attempts)?.candidate ?? 0;
    const { timeoutSeconds } = timingOf(job)(asked);
    if (!(await waited(outcome.until, pace.maxPauseSeconds(), timeoutSeconds))) return sleep(outcome.until);
  }
}

/** `heldSince` is stored only when the lease is released, so the jobs that the store returns until then lack it. */
const stillHeld = (job: OpenJob, { heldSince }: OpenJob): OpenJob =>
  heldSince === undefined || job.heldSince !== undefined ? job : { ...job, heldSince };

const end = async (dependencies: WorkerDependencies, job: OpenJob, failure: JobFailure): Promise<Advanced> => ({
  to: 'end',
  job: await failJob(dependencies, job, failure),
});

const crashed: JobFailure = {
  code: 'internal',
  message: 'The workers of this job crashed several times, so it was failed.',
  warnings: [],
};

const overdue: JobFailure = {
  code: 'deadline_exceeded',
  message: 'The images were not ready by the deadline of the job.',
  warnings: [],
};
