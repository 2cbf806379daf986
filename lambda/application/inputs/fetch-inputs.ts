// Inputs that were named by address: fetched into the bucket before a job's first provider request, once.

import type { InputImage } from '../../domain/images/image.ts';
import type { AddressedInput, InputAddresses, InputSources } from '../../domain/jobs/input-addresses.ts';
import { isOpen, type JobFailure, type JobOrder, type OpenJob } from '../../domain/jobs/job.ts';
import { keepInputs } from '../../domain/jobs/transitions.ts';
import type { Clock, ImageStore, JobStore, Timers } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { JobLost } from '../timing/heartbeat.ts';
import { type TimeLimit, timeLimit } from '../timing/time-limit.ts';
import { type CheckMaskDependencies, checkMask } from './check-mask.ts';
import { type FetchOneDependencies, fetchOne } from './fetch-one.ts';
import { fetchedKeys } from './input-keys.ts';
import { failureOf, InputRefused } from './input-refused.ts';

/** The time for all inputs of a job together. */
const maxFetchSeconds = 60;

export interface FetchInputsDependencies extends FetchOneDependencies, CheckMaskDependencies {
  readonly jobs: Pick<JobStore, 'apply' | 'find'>;
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
}

/** A job whose inputs are complete, or what ends it since they can't be. */
export type InputsFetched =
  | { readonly next: 'go_on'; readonly job: OpenJob }
  | { readonly next: 'fail'; readonly job: OpenJob; readonly failure: JobFailure };

/**
 * Fetches the inputs that a job's caller named by address, one after another, and keeps them by one fenced write: from then on
 * they are read from the bucket, whatever is retried. A crash before that write fetches them again, into the same objects.
 * `maxSeconds`: what the function has left for it. Undefined where there is nothing to fetch. Throws JobLost, and the errors
 * of an unavailable store.
 */
export async function fetchInputs(
  dependencies: FetchInputsDependencies,
  job: OpenJob,
  maxSeconds: number,
  lost: AbortSignal,
): Promise<InputsFetched | undefined> {
  const { addresses } = job;
  if (!addresses || addresses.isFetched) return undefined;
  const { timers, telemetry } = dependencies;
  const seconds = Math.min(maxSeconds, maxFetchSeconds);
  const limit = timeLimit(timers, seconds * 1000, `The inputs were not stored within ${seconds} seconds.`, lost);
  try {
    return { next: 'go_on', job: await fetchAndKeep(dependencies, job, addresses, limit) };
  } catch (error) {
    await removeIfEnded(dependencies, job, addresses);
    if (!(error instanceof InputRefused)) throw error;
    // Without its cause, which names the host: addresses may hold secrets.
    telemetry.record('input_not_fetched', { jobId: job.id, operation: job.operation, reason: error.reason });
    return { next: 'fail', job, failure: failureOf(error) };
  } finally {
    limit.close();
  }
}

async function fetchAndKeep(
  dependencies: FetchInputsDependencies,
  job: OpenJob,
  addresses: InputAddresses,
  limit: TimeLimit,
): Promise<OpenJob> {
  const { jobs, images, clock, telemetry } = dependencies;
  const startedAt = clock.now();
  const sources = (await images.findJson(addresses.key)) as InputSources | undefined;
  if (!sources) throw new Error(`The object ${addresses.key} with the inputs of job ${job.id} is missing.`);
  const inputs = await fetchAll(dependencies, sources, limit);
  await checkMask(dependencies, sources.mask, inputs);
  const kept = await jobs.apply(job.id, keepInputs(job, addresses, inputs));
  if (!kept.applied || !isOpen(kept.job)) throw new JobLost('The job was taken while its inputs were fetched.');
  const stored = new Map(
    [...inputs.images, ...(inputs.mask ? [inputs.mask] : [])].map(({ key, bytes }) => [key, bytes]),
  );
  telemetry.record('inputs_fetched', {
    jobId: job.id,
    operation: job.operation,
    count: addresses.keysWithoutExtension.length,
    bytes: [...stored.values()].reduce((sum, bytes) => sum + bytes, 0),
    seconds: (clock.now() - startedAt) / 1000,
  });
  return kept.job;
}

/**
 * One after another: the memory of a function that works on several jobs is that of one transfer each. Inputs of the same address share
 * one object: fetched once each, a job would have a host send the same bytes up to 17 times.
 */
async function fetchAll(
  dependencies: FetchInputsDependencies,
  sources: InputSources,
  limit: TimeLimit,
): Promise<Pick<JobOrder, 'images' | 'mask'>> {
  const fetched = new Map<string, InputImage>();
  const stored = async (source: InputImage | AddressedInput): Promise<InputImage> => {
    if (!('address' in source)) return source;
    const requested = requestedAddress(source.address);
    const image = fetched.get(requested) ?? (await fetchOne(dependencies, source, limit));
    fetched.set(requested, image);
    return image;
  };
  const images: InputImage[] = [];
  for (const source of sources.images) images.push(await stored(source));
  return { images, ...(sources.mask && { mask: await stored(sources.mask) }) };
}

/** What a request for an address is made of: the same for all its spellings, and without the fragment, which no request carries. */
function requestedAddress(address: string): string {
  const url = new URL(address);
  url.hash = '';
  return url.href;
}

/** Of a job that has ended no other worker needs inputs, and its deletion may have been before they were stored. */
async function removeIfEnded(
  { jobs, images, telemetry }: FetchInputsDependencies,
  { id, submissionNonce }: OpenJob,
  addresses: InputAddresses,
): Promise<void> {
  try {
    const job = await jobs.find(id);
    if (job && isOpen(job) && job.submissionNonce === submissionNonce) return;
    await images.remove(fetchedKeys(addresses));
  } catch (error) {
    telemetry.record('cleanup_failed', { jobId: id }, error);
  }
}
