import type { Sha256 } from '../../domain/bytes/sha256.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { ImageParameters, JsonObject, JsonValue } from '../../domain/generation.ts';
import { isForgotten } from '../../domain/jobs/item-ttl.ts';
import { isDeleted, isVisible, type Job, type JobOrder } from '../../domain/jobs/job.ts';
import type { ReceivedImage, ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import { countReplay } from '../../domain/jobs/transitions.ts';
import type { Applied, Clock, JobIds, JobQueue, JobStore } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { uncertain } from './undo-submission.ts';

/** What a submission is known by before anything is looked up that may change between two tries of it. */
export interface SubmissionIdentity extends Pick<JobOrder, 'id' | 'createdAt' | 'fingerprint'> {
  readonly marks: InputMarks;
}

/** What stands for each input where submissions are compared: for bytes their lower-case hex SHA-256. */
export interface InputMarks {
  readonly images: readonly string[];
  readonly mask?: string;
}

interface IdentifyDependencies {
  readonly ids: JobIds;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

/** The identity of a submission: that of its idempotency key, or a new one. Calls no store. */
export async function identify(
  { ids, clock, sha256 }: IdentifyDependencies,
  owner: string,
  received: ReceivedSubmission,
): Promise<SubmissionIdentity> {
  const { idempotencyKey: key, mask } = received;
  const markOf = receivedMark(sha256);
  const marks = { images: received.images.map(markOf), ...(mask ? { mask: markOf(mask) } : {}) };
  const createdAt = clock.now();
  if (key === undefined) return { id: ids.random(), createdAt, marks };
  const fingerprint = sha256(canonicalJson(contentOf(received, marks)));
  return { id: await ids.derived(owner, key), createdAt, fingerprint, marks };
}

/**
 * Files and addresses are compared as they were named, so that a replay is known without a look at either: what they stand for may
 * have changed or be gone by then.
 */
const receivedMark =
  (sha256: Sha256) =>
  (image: ReceivedImage): string => {
    if ('bytes' in image) return sha256(image.bytes);
    return 'fileId' in image ? `file:${image.fileId}` : `address:${image.address}`;
  };

/**
 * What a replay must match: the operation, the fields whatever their order, and the images by their marks. Not the
 * boundary of a multipart body, the names of its files, or any header; nor whether the client takes a stream.
 */
export const contentOf = (
  { model, fallbacks, submission, responseFormat = 'url' }: ReceivedSubmission,
  marks: InputMarks,
): JsonObject => ({
  ...{ model, fallbacks, responseFormat, images: marks.images, mask: marks.mask ?? null },
  submission: { ...submission, parameters: withoutPartials(submission.parameters) } as unknown as JsonValue,
});

/** They are shown on the way or not, by whichever door the submission comes. */
const withoutPartials = ({ partial_images: _, ...parameters }: ImageParameters): ImageParameters => parameters;

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
 * The current job of an idempotency key; undefined if the key is free. Counting the replay
 * makes sure that the submission that created the job no longer rolls it back. A job still pending is woken again, since the first
 * wake-up may be what failed.
 * Throws GatewayError for another submission under the same key, and for a job whose images are gone; `unavailable` where a
 * store can't say, without a word on whether there is a job.
 */
export async function replay(
  dependencies: ReplayDependencies,
  sought: Pick<JobOrder, 'id' | 'createdAt' | 'fingerprint'>,
): Promise<Job | undefined> {
  const { jobs, queue, clock, telemetry } = dependencies;
  const found = await jobs.find(sought.id).catch((error: unknown) => Promise.reject(uncertain(sought, error)));
  // By the submission's own time, as the store decides whether an old row is in the way of a new one.
  if (!found || isForgotten(found, sought.createdAt)) return undefined;
  refuseOther(found, sought, clock.now());
  let counted: Applied;
  try {
    counted = await jobs.apply(found.id, countReplay(found));
    if (counted.applied && counted.job.status === 'pending') {
      await queue.send({ jobId: found.id, hop: counted.job.hop }, found, 0);
    }
  } catch (error) {
    throw uncertain(sought, error);
  }
  if (!counted.applied) return undefined;
  refuseOther(counted.job, sought, clock.now());
  telemetry.record('job_replayed', { jobId: found.id, owner: found.owner, status: counted.job.status });
  return counted.job;
}

/** A deleted job keeps nothing of its request, so any request with its key gets the same refusal. */
function refuseOther(job: Job, sought: Pick<JobOrder, 'fingerprint'>, now: number): void {
  if (!isDeleted(job) && job.fingerprint !== sought.fingerprint) {
    throw new GatewayError(
      'idempotency_mismatch',
      'This Idempotency-Key was used for another submission. Use a new key, or send the same submission again.',
      { param: 'idempotency-key', mayRetry: false },
    );
  }
  if (!isVisible(job, now)) {
    throw new GatewayError(
      'idempotency_expired',
      'The job of this Idempotency-Key has ended, and its images have expired or were deleted. Use a new key for a new job.',
      { param: 'idempotency-key', mayRetry: false },
    );
  }
}
