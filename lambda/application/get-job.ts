import { GatewayError } from '../domain/error-code.ts';
import type { JsonValue, Operation } from '../domain/generation.ts';
import { isVisible, type Job } from '../domain/job.ts';
import type { Clock, ImageStore, JobStore } from '../domain/ports.ts';
import { waitForEnd } from './wait-for-end.ts';

export interface GetJobDependencies {
  readonly jobs: JobStore;
  readonly images: Pick<ImageStore, 'findJson'>;
  readonly clock: Clock;
}

/** A job with what its caller asked to see of the provider's side. */
export interface FoundJob {
  readonly job: Job;
  readonly rawRequest?: JsonValue;
  readonly rawResponse?: JsonValue;
}

/**
 * Finds a caller's job.
 * 1. Read the item; unknown, expired, another owner's and another operation's are one and the same 404.
 * 2. Wait for its end, if the caller allows.
 * 3. Fetch what was kept of the provider's wire, if it was asked for.
 */
export async function getJob(
  { jobs, images, clock }: GetJobDependencies,
  owner: string,
  operation: Operation,
  jobId: string,
  waitSeconds: number,
): Promise<FoundJob> {
  const found = isJobId(jobId) ? await jobs.find(jobId) : undefined;
  if (!found || found.owner !== owner || found.operation !== operation || !isVisible(found, clock.now())) {
    throw new GatewayError('not_found', 'There is no such job, or it has expired.');
  }
  const job = waitSeconds > 0 ? await waitForEnd(jobs, clock, found, waitSeconds) : found;
  if (job.status !== 'completed') return { job };
  const [rawRequest, rawResponse] = await Promise.all(
    [job.result.rawRequestKey, job.result.rawResponseKey].map((key) => (key ? images.findJson(key) : undefined)),
  );
  return {
    job,
    ...(rawRequest === undefined ? {} : { rawRequest }),
    ...(rawResponse === undefined ? {} : { rawResponse }),
  };
}

/** Ids are UUIDs: anything else can't name a job, and is not worth a read. */
export const isJobId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
