import { GatewayError } from '../domain/error-code.ts';
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
import { type InspectedImage, inspectImage, inspectMask } from './inspect-images.ts';

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

/**
 * Accepts an image job.
 * 1. Look at the images, and work out which candidates can serve.
 * 2. Store the inputs below a nonce of this submission's own.
 * 3. Write the item and send the wake-up at the same time; the job is accepted only when both are durable.
 * Throws GatewayError for what the caller got wrong, and `unavailable` where a store failed.
 */
export async function submitJob(
  dependencies: SubmitJobDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
): Promise<Job> {
  const order = orderFor(dependencies, caller, requestId, received);
  await storeInputs(dependencies, order, received);
  await accept(dependencies, order);
  return acceptedJob(order);
}

function orderFor(
  { catalog, plan, ids, clock, sha256, settings }: SubmitJobDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
): JobOrder {
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
  return {
    id: ids.random(),
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
  { images }: SubmitJobDependencies,
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
  await images.remove(inputKeys(order)).catch(() => undefined); // Lifecycle sweeps what is left.
  throw unavailable(failed.reason);
}

/** Every object that a submission has written. */
export const inputKeys = (order: JobOrder): readonly string[] => [
  ...order.images.map((image) => image.key),
  ...(order.mask ? [order.mask.key] : []),
  ...(order.submission.in === 'bucket' ? [order.submission.key] : []),
];

async function accept({ jobs, queue, telemetry }: SubmitJobDependencies, order: JobOrder): Promise<void> {
  const [item, message] = await Promise.allSettled([
    jobs.create(order),
    queue.send({ jobId: order.id, hop: 0 }, order.owner, 0),
  ]);
  if (item.status === 'rejected') throw unavailable(item.reason);
  if (message.status === 'rejected') throw unavailable(message.reason);
  const [candidate] = order.candidates;
  telemetry.record('job_accepted', {
    jobId: order.id,
    owner: order.owner,
    operation: order.operation,
    provider: candidate?.provider,
    model: candidate?.model,
    requestId: order.requestId,
  });
}

const unavailable = (cause: unknown): GatewayError =>
  new GatewayError('unavailable', 'The job could not be stored. Nothing was accepted or charged; please try again.', {
    cause,
  });
