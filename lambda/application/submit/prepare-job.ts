import type { InputImage } from '../../domain/images/image.ts';
import type { InspectMask } from '../../domain/images/mask-pixels.ts';
import { itemLimits } from '../../domain/jobs/item-limits.ts';
import type { JobOrder, SubmissionPlace } from '../../domain/jobs/job.ts';
import { laneFor } from '../../domain/jobs/lane.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import { inputPrefix, retentionDaysFor } from '../../domain/jobs/retention.ts';
import { withWarnings } from '../../domain/jobs/warnings.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import type { Catalog, JobIds, PlanRequest } from '../../domain/ports.ts';
import { cacheOrderOf } from './cache-order.ts';
import { chooseCandidates, needsPrice } from './choose-candidates.ts';
import type { SubmissionIdentity } from './idempotency.ts';
import type { InspectedImage } from './inspect-images.ts';
import { inspectInputs } from './inspect-inputs.ts';
import { keepToProvider } from './keep-to-provider.ts';

export interface PrepareJobDependencies {
  readonly catalog: Catalog;
  readonly plan: PlanRequest;
  readonly ids: JobIds;
  readonly inspectMask: InspectMask;
  readonly settings: {
    readonly deadlineSeconds: number;
    readonly resultTtlSeconds: number;
    /** From how many typical seconds on a model's jobs have a worker's invocation each alone. */
    readonly slowModelSeconds: number;
  };
}

/**
 * The job that a submission asks for, with a place in the bucket for each of its images; nothing is stored yet. Throws
 * GatewayError for an image that is none, for a mask that leaves nothing to edit, and for a model that can't serve, may not be used, or has no
 * price where the caller has a budget.
 */
export async function prepareJob(
  { catalog, plan, ids, inspectMask, settings }: PrepareJobDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
  identity: SubmissionIdentity,
): Promise<JobOrder> {
  const inspected = await inspectInputs(inspectMask, received);
  const { id, createdAt, fingerprint, marks } = identity;
  const submissionNonce = ids.random();
  const resultTtlSeconds = received.resultTtlSeconds ?? caller.resultTtlSeconds ?? settings.resultTtlSeconds;
  const retentionDays = retentionDaysFor(resultTtlSeconds, settings.deadlineSeconds);
  const prefix = inputPrefix(retentionDays, submissionNonce);
  const images = inspected.images.map((image, at) => inputImage(image, `${prefix}/image-${at + 1}`, marks.images[at]));
  const mask = inspected.mask && inputImage(inspected.mask, `${prefix}/mask`, marks.mask);
  const usable = caller.passThrough ? keepToProvider(catalog, caller.passThrough, received) : received;
  const { submission, model, fallbacks, warnings = [] } = usable;
  // A provider's own key that a caller brings is charged to that caller.
  const isFree = caller.passThrough !== undefined;
  const wanted = { model, fallbacks, submission, images, mask, needsPrice: needsPrice(caller) };
  const chosen = chooseCandidates(catalog, plan, caller.providers, wanted);
  return {
    id,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    owner: caller.owner,
    operation: submission.operation,
    createdAt,
    deadlineAt: createdAt + settings.deadlineSeconds * 1000,
    resultTtlSeconds,
    retentionDays,
    submissionNonce,
    requestId,
    responseFormat: received.responseFormat ?? 'url',
    rawWanted: received.rawWanted,
    submission: placeFor(submission, `${prefix}/submission.json`),
    images,
    ...(mask ? { mask } : {}),
    imagesWanted: submission.n,
    modelRequested: model,
    candidates: chosen.candidates,
    ...(await cacheOrderOf({ ids }, caller.owner, usable, marks)),
    lane: laneFor(chosen.candidates.map(catalog.timing), settings.slowModelSeconds),
    warnings: withWarnings([], [...warnings, ...chosen.warnings]),
    ...(chosen.worst > 0 && !isFree ? { reserved: chosen.worst } : {}),
    ...(caller.passThrough ? { credential: 'caller' } : {}),
  };
}

function inputImage(
  { received, ...facts }: InspectedImage,
  keyWithoutExtension: string,
  sha256: string | undefined,
): InputImage {
  if (sha256 === undefined) throw new Error('An image of the submission has no digest.');
  return { ...facts, key: `${keyWithoutExtension}.${facts.type}`, bytes: received.bytes.byteLength, sha256 };
}

function placeFor(submission: ReceivedSubmission['submission'], key: string): SubmissionPlace {
  const bytes = new TextEncoder().encode(JSON.stringify(submission)).byteLength;
  return bytes <= itemLimits.inlineSubmissionBytes ? { in: 'item', submission } : { in: 'bucket', key };
}
