import type { JsonValue } from '../domain/generation.ts';
import type { Job } from '../domain/job.ts';
import type { ImageStore } from '../domain/ports.ts';
import type { Telemetry } from '../domain/telemetry.ts';

export interface RawBodiesDependencies {
  readonly images: Pick<ImageStore, 'findJson'>;
  readonly telemetry: Telemetry;
}

/** What was sent to the provider and answered, as far as the caller asked to see it. */
export interface RawBodies {
  readonly rawRequest?: JsonValue;
  readonly rawResponse?: JsonValue;
}

/** Reads what was kept of the provider's wire for a job's caller. Throws nothing. */
export async function rawBodies(dependencies: RawBodiesDependencies, job: Job): Promise<RawBodies> {
  if (job.status !== 'completed') return {};
  const [rawRequest, rawResponse] = await Promise.all(
    [job.result.rawRequestKey, job.result.rawResponseKey].map((key) => findRaw(dependencies, job.id, key)),
  );
  return {
    ...(rawRequest === undefined ? {} : { rawRequest }),
    ...(rawResponse === undefined ? {} : { rawResponse }),
  };
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
