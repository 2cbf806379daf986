// Health check of S3 before another request is paid for, with exponential backoff and jitter.

import type { GatewayFailure } from '../../../domain/failure.ts';
import { type Attempt, isGatewayFailure } from '../../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../../domain/jobs/job.ts';
import { checkBackoffSeconds } from '../../../domain/jobs/next-step.ts';
import type { Clock, ImageStore } from '../../../domain/ports.ts';
import type { Telemetry } from '../../../domain/telemetry.ts';
import { attemptPrefix, jsonName, probeName } from './attempt-keys.ts';
import { openInput } from './call-inputs.ts';
import { loadSubmission } from './load-submission.ts';
import { notSent, notStored, reportStoreFailure } from './store-failure.ts';

interface AwaitStoreDependencies {
  readonly images: ImageStore;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

/**
 * Checks whether a store that failed a job's last request works again, so that the next one isn't paid for in vain. Undefined if
 * it works, or hasn't failed; else the time (epoch ms) of the next check, with growing intervals.
 */
export async function awaitStore(dependencies: AwaitStoreDependencies, job: OpenJob): Promise<number | undefined> {
  const last = job.attempts.at(-1);
  if (!last || !isGatewayFailure(last.outcome)) return undefined;
  const { clock, random } = dependencies;
  const failure = await (last.outcome === 'not_stored' ? writeProbe : readInputs)(dependencies, job, last);
  if (!failure) return undefined;
  reportStoreFailure(dependencies, job, last, failure);
  const now = clock.now();
  return now + checkBackoffSeconds((now - (last.endedAt ?? now)) / 1000, random()) * 1000;
}

/** Writes a small object below the failed request's prefix, and removes it. */
async function writeProbe(
  { images, telemetry }: AwaitStoreDependencies,
  job: OpenJob,
  attempt: Attempt,
): Promise<GatewayFailure | undefined> {
  const key = `${attemptPrefix(job, attempt)}/${jsonName(probeName)}`;
  const failure = await images.putJson(key, {}).then(() => undefined, notStored);
  // Even after an error: the write may have succeeded and only its response been lost.
  await images.remove([key]).catch((error: unknown) => {
    if (!failure) telemetry.record('cleanup_failed', { jobId: job.id, attempt: attempt.number }, error);
  });
  return failure;
}

/** Reads all inputs to their end: a truncated one would fail the request. */
async function readInputs({ images }: AwaitStoreDependencies, job: OpenJob): Promise<GatewayFailure | undefined> {
  const inputs = [...job.images, ...(job.mask === undefined ? [] : [job.mask])];
  try {
    await loadSubmission(images, job);
    for (const input of inputs) {
      for await (const _ of await openInput(images, new Map(), input));
    }
    return undefined;
  } catch (error) {
    return notSent(error instanceof Error ? (error.cause ?? error) : error);
  }
}
