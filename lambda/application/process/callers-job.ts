// Jobs whose provider requests are made with the caller's own key, which only the function that accepted the job has.

import { type Attempt, openAttempt } from '../../domain/jobs/attempt.ts';
import type { Job, JobFailure, OpenJob } from '../../domain/jobs/job.ts';
import { failureOfLedger } from '../../domain/jobs/next-step.ts';
import type { AttemptEnd } from '../attempt/exchange.ts';
import { callOffTicket } from '../attempt/give-up-ticket.ts';
import { recoverAttempt } from '../attempt/recover-attempt.ts';
import type { WorkerDependencies } from '../attempt/worker-dependencies.ts';
import { sleep } from '../timing/sleep.ts';
import { failJob } from './fail-job.ts';

/**
 * Ends a job, by the function with its key, that would have to wait for longer than the `secondsLeft` of its answer: no other
 * could go on with it. A task that is running gets what is left of them, and is then called off with the key at hand; if it has
 * finished, its images are the result. Returns the ended job. Throws JobLost, and the errors of an unavailable store.
 */
export const endInsteadOfWaiting = (
  dependencies: WorkerDependencies,
  job: OpenJob,
  secondsLeft: number,
  lost: AbortSignal,
): Promise<Job> =>
  endAfter(
    dependencies,
    job,
    async (open) => {
      await sleep(dependencies.timers, Math.max(0, secondsLeft - callOffSeconds) * 1000, lost);
      return callOffTicket(dependencies, job, open, lost);
    },
    failureOfLedger,
  );

/** What a cancellation and a poll usually take, so that the answer tells how the job ended. */
const callOffSeconds = 5;

/**
 * Ends a job whose function was lost, and with it the key: nothing is sent to the provider. Images that were stored are
 * delivered; without them, the outcome of an open request is unknown. Returns the ended job. Throws as above.
 */
export const endWithoutKey = (dependencies: WorkerDependencies, job: OpenJob): Promise<Job> =>
  endAfter(dependencies, job, (open) => recoverAttempt(dependencies, job, open), failureWithoutKey);

async function endAfter(
  dependencies: WorkerDependencies,
  job: OpenJob,
  close: (open: Attempt) => Promise<AttemptEnd>,
  failureOf: (job: OpenJob) => JobFailure,
): Promise<Job> {
  const open = openAttempt(job.attempts);
  const closed = open && (await close(open));
  if (closed?.next === 'ended') return closed.job;
  const latest = closed?.job ?? job;
  return failJob(dependencies, latest, failureOf(latest));
}

function failureWithoutKey(job: OpenJob): JobFailure {
  const last = job.attempts.at(-1);
  if (!last) return { code: 'internal', message: `${lost} No provider request was made.`, warnings: [] };
  const failure = failureOfLedger(job);
  return last.outcome === 'abandoned' ? { ...failure, message: `${lost} ${unknown}` } : failure;
}

const lost = 'The function that answered this request was lost, and with it the key that the request brought.';
const unknown = 'The outcome of its provider request is unknown: the provider may have charged for it.';
