import type { Caller } from '../domain/caller.ts';
import type { JsonValue, Operation } from '../domain/generation.ts';
import type { GrantedWait } from '../domain/granted-wait.ts';
import { isVisible } from '../domain/job.ts';
import type { ImageStore } from '../domain/ports.ts';
import { findOwnJob, noSuchJob } from './find-own-job.ts';
import { type SettleDependencies, settleOverdue } from './settle-overdue.ts';
import { type AwaitedJob, type WaitDependencies, waitForEnd } from './wait-for-end.ts';
import type { WaitSlotDependencies } from './with-wait-slot.ts';

export interface GetJobDependencies extends SettleDependencies, WaitSlotDependencies {
  readonly images: Pick<ImageStore, 'findJson'>;
  readonly catalog: WaitDependencies['catalog'];
}

/** A job with what its caller asked to see of the provider's side. */
export interface FoundJob extends AwaitedJob {
  readonly rawRequest?: JsonValue;
  readonly rawResponse?: JsonValue;
}

/**
 * Finds a caller's job.
 * 1. Read the item, and hold the answer back until its end, as far as its caller was granted that and has a wait left.
 * 2. Fail it if its deadline has passed: no job is open for whoever asks after that.
 * 3. Fetch what was kept of the provider's wire, if it was asked for.
 * Throws GatewayError `not_found`, also for a job that was deleted or has expired while its caller waited.
 */
export async function getJob(
  dependencies: GetJobDependencies,
  caller: Pick<Caller, 'owner' | 'isAdmin'>,
  operation: Operation,
  jobId: string,
  wait: GrantedWait,
): Promise<FoundJob> {
  const { jobs, clock } = dependencies;
  const found = await settleOverdue(dependencies, await findOwnJob({ jobs, clock }, caller, operation, jobId));
  const { waitedSeconds, ...awaited } = await waitForEnd(dependencies, caller, found, wait);
  const job = await settleOverdue(dependencies, awaited.job);
  if (!isVisible(job, clock.now())) throw noSuchJob();
  if (job.status !== 'completed') return { job, waitedSeconds };
  const [rawRequest, rawResponse] = await Promise.all(
    [job.result.rawRequestKey, job.result.rawResponseKey].map((key) => findRaw(dependencies, jobId, key)),
  );
  return {
    job,
    waitedSeconds,
    ...(rawRequest === undefined ? {} : { rawRequest }),
    ...(rawResponse === undefined ? {} : { rawResponse }),
  };
}

/**
 * The images are what the job is about: an answer isn't refused because an extra of it is missing. To the function, which
 * may not list the bucket, an object that the lifecycle has removed looks like one that it may not read.
 */
async function findRaw(
  { images, telemetry }: GetJobDependencies,
  jobId: string,
  key: string | undefined,
): Promise<JsonValue | undefined> {
  if (key === undefined) return undefined;
  try {
    return await images.findJson(key);
  } catch (error) {
    telemetry.record('raw_not_read', { jobId }, error);
    return undefined;
  }
}
