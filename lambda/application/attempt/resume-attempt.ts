// Polling of an asynchronous task by its ticket, with retries.

import { ProviderFailure } from '../../domain/failure.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import type { Failed, Finished, Waiting } from '../../domain/provider.ts';
import { JobLost } from '../timing/heartbeat.ts';
import { conclude } from './conclude-attempt.ts';
import type { AttemptEnd } from './exchange.ts';
import { keyOfAttempt } from './key-of-attempt.ts';
import { openCall, type RunningCall } from './provider-call.ts';
import { deliverRecovered } from './recover-attempt.ts';
import { readManifest } from './storage/manifest.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';
import { leaveAttempt } from './write-attempt.ts';

/** A failed poll is repeated after one to two times this, or later if the provider says so. */
const pollAgainSeconds = 5;

/**
 * Polls a ticket. A failed poll says nothing about the task: the ticket is kept and polled again, since giving it up would mean
 * paying for the work a second time.
 */
export async function resumeAttempt(
  dependencies: WorkerDependencies,
  job: OpenJob,
  attempt: Attempt,
  lost: AbortSignal,
): Promise<AttemptEnd> {
  const { catalog, provider, keys } = dependencies;
  const { ticket, plan = { deployment: attempt.model, warnings: [] } } = attempt;
  const adapter = provider(attempt.provider);
  if (!ticket || !adapter.resume) throw new Error(`The provider ${attempt.provider} can't resume work.`);
  const key = await keyOfAttempt(keys, attempt);
  const call = openCall(dependencies, job, attempt, key, lost, catalog.timing(attempt).timeoutSeconds);
  const exchange = { job, attempt, call };
  let said: Finished | Waiting | Failed;
  try {
    said = await adapter.resume(ticket, call);
  } catch (error) {
    call.close();
    await leaveAttempt(dependencies, job, attempt, call);
    // Whatever ends the job also cancels the ticket.
    if (lost.aborted) throw new JobLost('The job has ended or is worked on by another.', { cause: error });
    if (call.storeFailure()) {
      return conclude(dependencies, exchange, { status: 'failed', failure: call.failureFrom(error) }, plan);
    }
    if (!(error instanceof ProviderFailure)) throw error;
    return pollAgain(dependencies, job, attempt, call, error);
  }
  if (said.status !== 'failed') return conclude(dependencies, exchange, said, plan);
  // A manifest wins over a provider's "failed": an earlier worker may have stored the images and been lost, and providers soon
  // delete theirs.
  const manifest = await readManifest(dependencies.images, job, attempt).finally(() => call.close());
  if (manifest) return deliverRecovered(dependencies, job, attempt, manifest);
  return conclude(dependencies, exchange, { status: 'failed', failure: call.failureFrom(said.failure) }, plan);
}

async function pollAgain(
  { keys, clock, random, telemetry }: WorkerDependencies,
  job: OpenJob,
  attempt: Attempt,
  call: RunningCall,
  failure: ProviderFailure,
): Promise<AttemptEnd> {
  const { number, provider, model } = attempt;
  const { kind, statusCode, retryAfterSeconds = 0 } = failure;
  if (kind === 'auth') await keys.renewed(provider, call.key.digest).catch(() => []);
  telemetry.record('poll_failed', { jobId: job.id, attempt: number, provider, model, kind, statusCode }, failure.cause);
  const afterSeconds = Math.max(retryAfterSeconds, pollAgainSeconds * (1 + random()));
  return { next: 'wait', job, until: clock.now() + afterSeconds * 1000 };
}
