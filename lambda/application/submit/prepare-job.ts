import type { Md5 } from '../../domain/bytes/md5.ts';
import type { Submission } from '../../domain/generation.ts';
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
import { type InspectDependencies, inspectInputs } from './inspect-inputs.ts';
import { type PlacedInputs, placeInputs } from './place-inputs.ts';
import { usableSubmission } from './usable-submission.ts';

export interface PrepareJobDependencies extends InspectDependencies {
  readonly catalog: Catalog;
  readonly plan: PlanRequest;
  readonly ids: JobIds;
  readonly md5: Md5;
  readonly settings: {
    readonly deadlineSeconds: number;
    readonly resultTtlSeconds: number;
    /** From how many typical seconds on a model's jobs have a worker's invocation each alone. */
    readonly slowModelSeconds: number;
  };
}

/** A job that is yet to be stored. */
export interface PreparedJob {
  readonly order: JobOrder;
  readonly submission: Submission;
  readonly inputs: PlacedInputs;
}

/**
 * The job that a submission asks for, with a place in the bucket for each of its images; nothing is stored yet. Throws
 * GatewayError for what `inspectInputs` refuses, and for a model that can't serve, may not be used, or has no price where the caller
 * has a budget.
 */
export async function prepareJob(
  dependencies: PrepareJobDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
  { id, createdAt, fingerprint, marks }: SubmissionIdentity,
): Promise<PreparedJob> {
  const { catalog, plan, ids, md5, settings } = dependencies;
  const inspected = await inspectInputs(dependencies, caller.owner, received);
  const submissionNonce = ids.random();
  const resultTtlSeconds = received.resultTtlSeconds ?? caller.resultTtlSeconds ?? settings.resultTtlSeconds;
  const retentionDays = retentionDaysFor(resultTtlSeconds, settings.deadlineSeconds);
  const prefix = inputPrefix(retentionDays, submissionNonce);
  const inputs = placeInputs(inspected, marks, prefix);
  const usable = usableSubmission(catalog, caller, received);
  const { submission, model, fallbacks, warnings = [] } = usable;
  // A provider's own key that a caller brings is charged to that caller.
  const isFree = caller.passThrough !== undefined;
  const wanted = { model, fallbacks, submission, ...inputs.planned, needsPrice: needsPrice(caller) };
  const chosen = chooseCandidates(catalog, plan, caller.providers, wanted);
  const order: JobOrder = {
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
    ...inputs.ofJob,
    imagesWanted: submission.n,
    modelRequested: model,
    candidates: chosen.candidates,
    ...(await cacheOrderOf({ ids, md5 }, caller.owner, usable, inspected)),
    lane: laneFor(chosen.candidates.map(catalog.timing), settings.slowModelSeconds),
    warnings: withWarnings([], [...warnings, ...chosen.warnings]),
    ...(chosen.worst > 0 && !isFree ? { reserved: chosen.worst } : {}),
    ...(caller.passThrough ? { credential: 'caller' } : {}),
  };
  return { order, submission, inputs };
}

function placeFor(submission: Submission, key: string): SubmissionPlace {
  const bytes = new TextEncoder().encode(JSON.stringify(submission)).byteLength;
  return bytes <= itemLimits.inlineSubmissionBytes ? { in: 'item', submission } : { in: 'bucket', key };
}
