import type { JsonValue } from '../../domain/generation.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import { resultOfAll } from '../../domain/jobs/deliveries.ts';
import { complete } from '../../domain/jobs/endings.ts';
import type { Job, JobOrder, OpenJob } from '../../domain/jobs/job.ts';
import type { JobResult } from '../../domain/jobs/job-result.ts';
import { resultPrefix } from '../../domain/jobs/retention.ts';
import type { ImageStore } from '../../domain/ports.ts';
import { applyEnd } from '../end/apply-end.ts';
import { JobLost } from '../timing/heartbeat.ts';
import { manifestName, possibleNames } from './attempt-objects.ts';
import { closeEntryAfterEnd, isWanted, type LedgerDependencies } from './close-attempt.ts';
import { rawKeysOf } from './raw-sides.ts';

/** Written beside the images before the job says completed: with it, a crash in between costs nothing. */
export interface Manifest {
  /** When the provider request ended, epoch milliseconds. */
  readonly endedAt: number;
  readonly statusCode?: number;
  readonly result: JobResult;
}

/** Everything that an attempt writes lies below this. */
export const attemptPrefix = (job: JobOrder, attempt: Attempt): string =>
  resultPrefix(job.retentionDays, job.submissionNonce, attempt.number);

const manifestKey = (job: JobOrder, attempt: Attempt): string => `${attemptPrefix(job, attempt)}/${manifestName}`;

/** The manifest of an attempt, or undefined if its worker did not get that far. Only our own workers write there. */
export async function readManifest(
  images: Pick<ImageStore, 'findJson'>,
  job: OpenJob,
  attempt: Attempt,
): Promise<Manifest | undefined> {
  return (await images.findJson(manifestKey(job, attempt))) as unknown as Manifest | undefined;
}

export const writeManifest = (
  images: Pick<ImageStore, 'putJson'>,
  job: OpenJob,
  attempt: Attempt,
  manifest: Manifest,
): Promise<void> => images.putJson(manifestKey(job, attempt), manifest as unknown as JsonValue);

type FinishDependencies = LedgerDependencies & { readonly images: Pick<ImageStore, 'remove'> };

/** Ends a job with all that its requests delivered, and closes the last one's entry in the same write; gives the job as it ended. */
export async function finishJob(
  dependencies: FinishDependencies,
  job: OpenJob,
  attempt: Attempt,
  manifest: Manifest,
): Promise<Job> {
  const { clock, telemetry } = dependencies;
  const result = resultOfAll(job, manifest.result);
  const { message: _, retryAt: __, ...started } = attempt;
  const winning: Attempt = { ...started, outcome: 'succeeded', billed: 'yes', endedAt: manifest.endedAt };
  const ended = await applyEnd(dependencies, job, complete(job, winning, result, clock.now()));
  if (!ended.applied) {
    if (!isWanted(ended.job, attempt)) await takeBack(dependencies, job, attempt);
    if (ended.job) await closeEntryAfterEnd(dependencies, ended.job, winning);
    throw new JobLost('The job has ended or is worked on by another.');
  }
  telemetry.record(ended.job.status === 'completed' ? 'job_completed' : 'job_failed', {
    jobId: job.id,
    operation: job.operation,
    provider: attempt.provider,
    model: attempt.model,
    images: result.images.length,
    bytes: result.images.reduce((sum, image) => sum + image.bytes, 0),
    latencyMilliseconds: manifest.result.latency,
    jobMilliseconds: clock.now() - job.createdAt,
    attempts: job.attempts.length,
  });
  return ended.job;
}

/**
 * Removes what one attempt may have written, and nothing of earlier ones: a job that was ended without this attempt may
 * show what those delivered. What can't be removed, the bucket's lifecycle sweeps.
 */
export async function takeBack(
  { images, telemetry }: FinishDependencies,
  job: OpenJob,
  attempt: Attempt,
): Promise<void> {
  await images.remove(possibleKeys(job, attempt)).catch((error: unknown) => {
    telemetry.record('cleanup_failed', { jobId: job.id, attempt: attempt.number }, error);
  });
}

/**
 * Every object that the attempts of a job may have written, whether or not their workers lived to tell of it: also one that
 * cost nothing may have stored an image before it failed.
 */
export const resultKeys = (job: Job): readonly string[] => [
  ...(job.status === 'completed' ? writtenKeys(job.result) : []),
  ...job.attempts.flatMap((attempt) => [
    ...(attempt.delivered ? writtenKeys(attempt.delivered) : []),
    ...possibleKeys(job, attempt),
  ]),
];

/** Every object that an attempt may have written. */
export const possibleKeys = (job: JobOrder, attempt: Attempt): readonly string[] => [
  ...possibleNames.map((name) => `${attemptPrefix(job, attempt)}/${name}`),
  ...rawKeysOf(job, attempt),
];

const writtenKeys = (result: JobResult): readonly string[] =>
  [...result.images.map((image) => image.key), result.rawRequestKey, result.rawResponseKey].filter(
    (key) => key !== undefined,
  );
