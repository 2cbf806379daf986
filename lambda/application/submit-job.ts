import type { JsonValue } from '../domain/generation.ts';
import { type InputImage, mediaTypeOf } from '../domain/image.ts';
import { acceptedJob, type Job, type JobOrder, type SubmissionPlace } from '../domain/job.ts';
import type {
  Catalog,
  Clock,
  ImageStore,
  JobIds,
  JobQueue,
  JobStore,
  PlanRequest,
  Telemetry,
} from '../domain/ports.ts';
import type { ReceivedImage, ReceivedSubmission } from '../domain/received-submission.ts';
import { inputPrefix, retentionDaysFor } from '../domain/retention.ts';
import type { Caller } from '../domain/virtual-key.ts';
import { chooseCandidates } from './choose-candidates.ts';
import { fingerprintOf, replay } from './idempotency.ts';
import { type InspectedImage, inspectImage, inspectMask } from './inspect-images.ts';
import { removeInputs, unavailable, undo } from './undo-submission.ts';

export interface SubmitJobDependencies {
  readonly jobs: JobStore;
  readonly images: ImageStore;
  readonly queue: JobQueue;
  readonly catalog: Catalog;
  readonly plan: PlanRequest;
  readonly ids: JobIds;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Lower-case hex SHA-256. */
  readonly sha256: (bytes: Uint8Array) => string;
  readonly settings: { readonly deadlineSeconds: number; readonly resultTtlSeconds: number };
}

/** Parameters up to this size stand in the item, so that a claim reads them at no extra cost. */
const mostInlineBytes = 8 * 1024;

/** An accepted job as it stands, and whether the caller had been told of it before. */
export interface Acceptance {
  readonly job: Job;
  readonly replayed: boolean;
}

/**
 * Accepts an image job.
 * 1. Look at the images, and work out which candidates can serve.
 * 2. If the caller's idempotency key has a job already, answer with that.
 * 3. Store the inputs below a nonce of this submission's own.
 * 4. Write the item and send the wake-up at the same time; the job is accepted only when both are durable.
 * 5. If one of them failed, take back what was made, unless a twin of this request has been told of it.
 * Throws GatewayError for what the caller got wrong, and `unavailable` where a store failed.
 */
export async function submitJob(
  dependencies: SubmitJobDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
): Promise<Acceptance> {
  const order = await orderFor(dependencies, caller, requestId, received);
  const earlier = order.fingerprint === undefined ? undefined : await replay(dependencies, order);
  if (earlier) return { job: earlier, replayed: true };
  await storeInputs(dependencies, order, received);
  return accept(dependencies, order);
}

async function orderFor(
  { catalog, plan, ids, clock, sha256, settings }: SubmitJobDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
): Promise<JobOrder> {
  const inspected = received.images.map(inspectImage);
  const [first] = inspected;
  const inspectedMask = received.mask && first ? inspectMask(received.mask, first) : undefined;
  const createdAt = clock.now();
  const submissionNonce = ids.random();
  const resultTtlSeconds = received.resultTtlSeconds ?? caller.key.resultTtlSeconds ?? settings.resultTtlSeconds;
  const retentionDays = retentionDaysFor(resultTtlSeconds, settings.deadlineSeconds);
  const prefix = inputPrefix(retentionDays, submissionNonce);
  const images = inspected.map((image, at) => inputImage(image, `${prefix}/image-${at + 1}`, sha256));
  const mask = inspectedMask && inputImage(inspectedMask, `${prefix}/mask`, sha256);
  const { submission, model, fallbacks } = received;
  const chosen = chooseCandidates(catalog, plan, caller.key, { model, fallbacks, submission, images, mask });
  const key = received.idempotencyKey;
  return {
    id: key === undefined ? ids.random() : await ids.derived(caller.owner, key),
    ...(key === undefined ? {} : { fingerprint: fingerprintOf(received, images, mask, sha256) }),
    owner: caller.owner,
    operation: submission.operation,
    createdAt,
    deadlineAt: createdAt + settings.deadlineSeconds * 1000,
    resultTtlSeconds,
    retentionDays,
    submissionNonce,
    requestId,
    responseFormat: received.responseFormat,
    rawWanted: received.rawWanted,
    submission: placeFor(submission, `${prefix}/submission.json`),
    images,
    ...(mask ? { mask } : {}),
    imagesWanted: submission.n,
    modelRequested: model,
    candidates: chosen.candidates,
    warnings: chosen.warnings,
  };
}

const inputImage = (
  { received, ...facts }: InspectedImage,
  keyWithoutExtension: string,
  sha256: SubmitJobDependencies['sha256'],
): InputImage => ({
  ...facts,
  key: `${keyWithoutExtension}.${facts.type}`,
  bytes: received.bytes.byteLength,
  sha256: sha256(received.bytes),
});

function placeFor(submission: ReceivedSubmission['submission'], key: string): SubmissionPlace {
  const bytes = new TextEncoder().encode(JSON.stringify(submission)).byteLength;
  return bytes <= mostInlineBytes ? { in: 'item', submission } : { in: 'bucket', key };
}

async function storeInputs(
  { images, telemetry }: SubmitJobDependencies,
  order: JobOrder,
  received: ReceivedSubmission,
): Promise<void> {
  const put = (image: InputImage | undefined, from: ReceivedImage | undefined) =>
    image && from ? images.put(image.key, from.bytes, mediaTypeOf(image.type)) : undefined;
  const outcomes = await Promise.allSettled([
    ...order.images.map((image, at) => put(image, received.images[at])),
    put(order.mask, received.mask),
    order.submission.in === 'bucket'
      ? images.putJson(order.submission.key, received.submission as unknown as JsonValue)
      : undefined,
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (!failed) return;
  await removeInputs({ images, telemetry }, order);
  throw unavailable(failed.reason);
}

async function accept(dependencies: SubmitJobDependencies, order: JobOrder): Promise<Acceptance> {
  const { jobs, queue, telemetry } = dependencies;
  const [item, message] = await Promise.allSettled([
    jobs.create(order),
    queue.send({ jobId: order.id, hop: 0 }, order.owner, 0),
  ]);
  if (item.status === 'fulfilled' && item.value === 'taken') return yieldToTwin(dependencies, order);
  const failed = [item, message].find((outcome) => outcome.status === 'rejected');
  if (failed) return undo(dependencies, order, failed.reason);
  const [candidate] = order.candidates;
  telemetry.record('job_accepted', {
    jobId: order.id,
    owner: order.owner,
    operation: order.operation,
    provider: candidate?.provider,
    model: candidate?.model,
    requestId: order.requestId,
  });
  return { job: acceptedJob(order), replayed: false };
}

/** Another request with the same key was first; what this one stored is not needed. */
async function yieldToTwin(dependencies: SubmitJobDependencies, order: JobOrder): Promise<Acceptance> {
  await removeInputs(dependencies, order);
  const job = await replay(dependencies, order);
  if (job) return { job, replayed: true };
  // The twin has been undone between the two looks. The caller's next try is a fresh one.
  throw unavailable(new Error('The job of the same key was undone meanwhile.'));
}
