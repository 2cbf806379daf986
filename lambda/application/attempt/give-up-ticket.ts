// Fallback from a slow asynchronous task: poll, cancel, poll again.

import { type GatewayFailure, ProviderFailure } from '../../domain/failure.ts';
import { type Attempt, openAttempt } from '../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import { cancelTicket } from './cancel-ticket.ts';
import type { AttemptEnd } from './exchange.ts';
import { recordFailure } from './record-failure.ts';
import { resumeAttempt } from './resume-attempt.ts';
import { notStored } from './storage/store-failure.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';
import { writeAttempt } from './write-attempt.ts';

/**
 * Gives up a task that has far exceeded its model's typical time, for the next candidate.
 * 1. Poll once more: finished images are delivered.
 * 2. Cancel the task at the provider.
 * 3. Poll again: only a terminal state reported by the provider counts. Otherwise the outcome is unknown.
 */
export async function giveUpTicket(
  dependencies: WorkerDependencies,
  job: OpenJob,
  attempt: Attempt,
  lost: AbortSignal,
): Promise<AttemptEnd> {
  const asked = await resumeAttempt(dependencies, job, attempt, lost);
  if (asked.next !== 'wait' || asked.heldByStore) return asked;
  const working = openAttempt(asked.job.attempts) ?? attempt;
  const { number, provider, model, startedAt } = working;
  const seconds = Math.round((dependencies.clock.now() - startedAt) / 1000);
  dependencies.telemetry.record('ticket_given_up', { jobId: job.id, attempt: number, provider, model, seconds });
  await cancelTicket(dependencies, asked.job, working);
  const stopped = await resumeAttempt(dependencies, asked.job, working, lost);
  if (stopped.next !== 'wait' || stopped.heldByStore) return stopped;
  return closeUnconfirmed(dependencies, stopped.job, working, tooSlow(seconds));
}

/**
 * Calls off a task that nobody can wait for: cancels it, and polls it for the last time. Finished images are delivered; unless
 * the provider confirms the cancellation, the outcome is unknown. The entry is always closed, also if the images can't be stored.
 */
export async function callOffTicket(
  dependencies: WorkerDependencies,
  job: OpenJob,
  attempt: Attempt,
  lost: AbortSignal,
): Promise<AttemptEnd> {
  await cancelTicket(dependencies, job, attempt);
  const stopped = await resumeAttempt(dependencies, job, attempt, lost);
  if (stopped.next !== 'wait') return stopped;
  const failure = stopped.heldByStore ? notStored(undefined) : unfinished();
  return closeUnconfirmed(dependencies, stopped.job, attempt, failure);
}

async function closeUnconfirmed(
  dependencies: WorkerDependencies,
  job: OpenJob,
  attempt: Attempt,
  failure: ProviderFailure | GatewayFailure,
): Promise<AttemptEnd> {
  const unanswered = openAttempt(job.attempts) ?? attempt;
  const closed = await recordFailure(dependencies, job, unanswered, failure);
  return { next: 'go_on', job: await writeAttempt(dependencies, job, closed) };
}

const tooSlow = (seconds: number): ProviderFailure =>
  new ProviderFailure(
    'unknown_outcome',
    `The provider had not finished after ${seconds} seconds. It was asked to cancel and did not confirm.`,
  );

const unfinished = (): ProviderFailure =>
  new ProviderFailure(
    'unknown_outcome',
    'The provider had not finished by the end of the request. It was asked to cancel and did not confirm.',
  );
