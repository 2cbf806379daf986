import type { JsonValue, Warning } from '../../domain/generation.ts';
import { type RawSide, rawSides } from '../../domain/jobs/attempt.ts';
import { isOpen, type Job, type RawWanted } from '../../domain/jobs/job.ts';
import { reportedAttempt } from '../../domain/jobs/next-step.ts';
import type { ImageStore } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { rawKey } from '../attempt/storage/attempt-keys.ts';

export interface RawBodiesDependencies {
  readonly images: Pick<ImageStore, 'findJson'>;
  readonly telemetry: Telemetry;
}

/** What was sent to the provider and answered, as far as the caller asked to see it. */
export interface RawBodies {
  readonly rawRequest?: JsonValue;
  readonly rawResponse?: JsonValue;
  /** Of what was asked for and isn't there. */
  readonly rawWarnings: readonly Warning[];
}

const unwanted: RawWanted = { request: false, response: false };

/**
 * Reads what was kept of the provider's wire for the caller of a job that has ended: of the request that delivered the last
 * images, or whose failure the job's error tells. `alsoWanted` is what a repeated submission asks for. Throws nothing.
 */
export async function rawBodies(
  dependencies: RawBodiesDependencies,
  job: Job,
  alsoWanted: RawWanted = unwanted,
): Promise<RawBodies> {
  if (isOpen(job)) return { rawWarnings: [] };
  const [rawRequest, rawResponse] = await Promise.all(
    rawSides.map((side) => findRaw(dependencies, job.id, keyOf(job, side))),
  );
  const found = { request: rawRequest, response: rawResponse };
  const missing = rawSides.filter((side) => (job.rawWanted[side] || alsoWanted[side]) && found[side] === undefined);
  return {
    ...(rawRequest === undefined ? {} : { rawRequest }),
    ...(rawResponse === undefined ? {} : { rawResponse }),
    rawWarnings: missing.map(omitted),
  };
}

const omitted = (side: RawSide): Warning => ({
  code: 'raw_omitted',
  param: `raw_${side}`,
  message: `\`raw_${side}\` was left out: it was not stored for this job, or it is too large.`,
});

function keyOf(job: Exclude<Job, { readonly status: 'pending' | 'processing' }>, side: RawSide): string | undefined {
  if (job.status === 'completed') return side === 'request' ? job.result.rawRequestKey : job.result.rawResponseKey;
  const raw = reportedAttempt(job.attempts)?.raw;
  return raw?.sides.includes(side) ? rawKey(job, raw.attempt, side) : undefined;
}

/**
 * The images are what the job is about: an answer isn't refused because an extra of it is missing. To the function, which
 * may not list the bucket, an object that the lifecycle has removed looks like one that it may not read.
 */
async function findRaw(
  { images, telemetry }: RawBodiesDependencies,
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
