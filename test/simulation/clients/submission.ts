import type { ReceivedSubmission } from '../../../lambda/domain/jobs/received-submission.ts';
import type { Caller } from '../../../lambda/domain/keys/caller.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import type { Facts, Told } from '../facts.ts';
import { addressAt } from '../parts/input-hosts.ts';
import { type ClientPlan, isBlocked } from '../plans.ts';
import { callerOf } from '../ports.ts';

const inputImage = pngBytes(40);

/** What a client sends, by whichever door. */
export function submissionFor(plan: ClientPlan): ReceivedSubmission {
  const isEdit = plan.operation === 'edit';
  return {
    model: plan.model,
    fallbacks: plan.fallbacks,
    submission: {
      operation: plan.operation,
      prompt: `prompt #${plan.number}`,
      n: plan.images,
      parameters: {},
      extra: {},
    },
    responseFormat: 'url',
    rawWanted: { request: plan.wantsRaw, response: plan.wantsRaw },
    images: isEdit ? [{ param: 'image', bytes: inputImage }, ...addressedBy(plan)] : [],
    waitSeconds: plan.waitSeconds,
    ...(plan.cache === undefined ? {} : { cache: plan.cache }),
    ...(plan.resultTtlSeconds === undefined ? {} : { resultTtlSeconds: plan.resultTtlSeconds }),
    ...(plan.idempotencyKey === undefined ? {} : { idempotencyKey: plan.idempotencyKey }),
  };
}

const addressedBy = ({ number, inputsAt }: ClientPlan): ReceivedSubmission['images'] =>
  inputsAt.map((kind, index) => ({ param: 'image', address: addressAt(kind, number, index) }));

/** Who submits, with what the key's owner may ask for. */
export const callerWithLimits = ({ stage }: Facts, { owner }: ClientPlan): Caller => ({
  ...callerOf(owner),
  limits: stage.limits[owner] ?? {},
});

/** What who comes with a blocked key is told. */
export function refusedAtTheDoor(
  { stage, scheduler }: Facts,
  plan: ClientPlan,
  by: 'submit' | 'run',
): Told | undefined {
  const { now } = scheduler;
  return isBlocked(stage, plan.owner, now) ? { at: now, askedAt: now, by, answer: 'refused' } : undefined;
}

/** A store that remembers what was last created in it: what a refusal is about is the submission that was to be written down. */
export function noncesOf(jobs: JobStore): { readonly jobs: JobStore; readonly latest: () => Pick<Told, 'nonce'> } {
  let nonce: string | undefined;
  return {
    latest: () => (nonce === undefined ? {} : { nonce }),
    jobs: {
      create: (job) => {
        nonce = job.submissionNonce;
        return jobs.create(job);
      },
      undo: (job) => jobs.undo(job),
      find: (id) => jobs.find(id),
      apply: (id, transition) => jobs.apply(id, transition),
    },
  };
}
