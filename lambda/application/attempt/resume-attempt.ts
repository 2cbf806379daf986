import { ProviderFailure } from '../../domain/failure.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import type { Failed, Finished, Waiting } from '../../domain/provider.ts';
import { JobLost } from '../timing/heartbeat.ts';
import { leaveAttempt } from './close-attempt.ts';
import { conclude } from './conclude-attempt.ts';
import { readManifest } from './finish-job.ts';
import { keyOfAttempt } from './key-of-attempt.ts';
import { loadSubmission } from './load-submission.ts';
import { openCall } from './provider-call.ts';
import { recovered } from './recover-attempt.ts';
import type { AttemptDependencies, AttemptEnd } from './run-attempt.ts';

/** Work that can't be asked after just now is asked after again this much later, or when the provider says. */
const askAgainSeconds = 5;

/**
 * Asks after work that a provider has in hand. That an answer can't be had says nothing of the work: the ticket is kept,
 * and asked with again, for whoever gave it up would pay for the work a second time.
 */
export async function resumeAttempt(
  dependencies: AttemptDependencies,
  job: OpenJob,
  attempt: Attempt,
  lost: AbortSignal,
): Promise<AttemptEnd> {
  const { catalog, plan, provider, keys, clock, random, telemetry } = dependencies;
  const { ticket } = attempt;
  const adapter = provider(attempt.provider);
  if (!ticket || !adapter.resume) throw new Error(`The provider ${attempt.provider} can't resume work.`);
  const planned = plan(attempt, await loadSubmission(dependencies.images, job), job.images, job.mask);
  const key = await keyOfAttempt(keys, attempt);
  const call = openCall(dependencies, job, attempt, key, lost, catalog.timing(attempt).timeoutSeconds);
  let said: Finished | Waiting | Failed;
  try {
    said = await adapter.resume(ticket, call);
  } catch (error) {
    call.close();
    await leaveAttempt(dependencies, job, attempt, call);
    // Whoever ends the job calls the work off by its ticket.
    if (lost.aborted) throw new JobLost('The job has ended or is worked on by another.', { cause: error });
    if (call.storeFailure())
      return conclude(dependencies, { job, attempt, call, planned }, () => Promise.reject(error));
    if (!(error instanceof ProviderFailure)) throw error;
    if (error.kind === 'auth') await keys.renewed(attempt.provider, key.digest).catch(() => []);
    const { number: numbered, provider: name, model } = attempt;
    const fields = { jobId: job.id, attempt: numbered, provider: name, model, kind: error.kind };
    telemetry.record('poll_failed', { ...fields, statusCode: error.statusCode }, error.cause);
    const afterSeconds = Math.max(error.retryAfterSeconds ?? 0, askAgainSeconds * (1 + random()));
    return { next: 'wait', job, until: clock.now() + afterSeconds * 1000 };
  }
  if (said.status === 'failed') {
    // A worker before this one may have fetched the images and been lost; no provider keeps them for long.
    const manifest = await readManifest(dependencies.images, job, attempt).finally(() => call.close());
    if (manifest) return recovered(dependencies, job, attempt, manifest);
  }
  return conclude(dependencies, { job, attempt, call, planned }, async () => said);
}
