import { isForgotten } from '../domain/endings.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { JsonValue } from '../domain/generation.ts';
import type { InputImage } from '../domain/image.ts';
import { isVisible, type Job, type JobOrder } from '../domain/job.ts';
import type { Clock, JobQueue, JobStore } from '../domain/ports.ts';
import type { ReceivedSubmission } from '../domain/received-submission.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import { countReplay } from '../domain/transitions.ts';
import { unavailable } from './undo-submission.ts';

/**
 * What a replay must match: the operation, the fields whatever their order, and the images by their content. Not the
 * boundary of a multipart body, the names of its files, or any header.
 */
export function fingerprintOf(
  received: ReceivedSubmission,
  images: readonly InputImage[],
  mask: InputImage | undefined,
  sha256: (bytes: Uint8Array) => string,
): string {
  const { model, fallbacks, submission, responseFormat } = received;
  const content = {
    model,
    fallbacks,
    submission: submission as unknown as JsonValue,
    responseFormat,
    images: images.map((image) => image.sha256),
    mask: mask?.sha256 ?? null,
  };
  return sha256(new TextEncoder().encode(canonicalJson(content)));
}

/** JSON with the members of every object in the order of their names, so that equal values are equal text. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

interface ReplayDependencies {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * The job that an idempotency key already has, as it now stands; undefined where the key is free. Counting the replay
 * makes sure that whoever made the job doesn't undo it any more. A job still pending is woken again, since the first
 * wake-up may be what failed.
 * Throws GatewayError for another submission under the same key, and for a job whose images are gone.
 */
export async function replay(dependencies: ReplayDependencies, order: JobOrder): Promise<Job | undefined> {
  const { jobs, queue, clock, telemetry } = dependencies;
  const found = await jobs.find(order.id).catch((error: unknown) => Promise.reject(unavailable(error)));
  // By the order's own time, as the store decides whether an old row is in the way of a new one.
  if (!found || isForgotten(found, order.createdAt)) return undefined;
  if (found.fingerprint !== order.fingerprint) {
    throw new GatewayError(
      'idempotency_mismatch',
      'This Idempotency-Key was used for another submission. Use a new key, or send the same submission again.',
      { param: 'idempotency-key' },
    );
  }
  if (!isVisible(found, clock.now())) {
    throw new GatewayError(
      'idempotency_expired',
      'The job of this Idempotency-Key has ended, and its images have expired. Use a new key for a new job.',
      { param: 'idempotency-key' },
    );
  }
  try {
    const counted = await jobs.apply(found.id, countReplay(found));
    if (!counted.applied) return undefined;
    if (counted.job.status === 'pending') {
      await queue.send({ jobId: found.id, hop: counted.job.hop }, found, 0);
    }
    telemetry.record('job_replayed', { jobId: found.id, owner: found.owner, status: counted.job.status });
    return counted.job;
  } catch (error) {
    throw unavailable(error);
  }
}
