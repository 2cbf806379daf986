// Planning of a provider request: the fitted submission and the candidate keys.

import type { Candidate, Submission } from '../../domain/generation.ts';
import { imagesDelivered } from '../../domain/jobs/deliveries.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import type { PlanRequest } from '../../domain/ports.ts';
import { keysLeft, type ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import { loadSubmission } from './storage/load-submission.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** The request to send, and the keys that may be used. */
export interface PlannedAttempt {
  /** The submission as it was fitted to the candidate's model. */
  readonly fitted: ReturnType<PlanRequest>;
  readonly keys: readonly ProviderKey[];
}

/**
 * Fits a job's submission to a candidate, and gets the provider's keys: those not yet rejected for this candidate, or all if none is
 * left. Throws ProviderFailure if the model can't serve it or there is no key, and GatewayFailure `not_sent` if our own store
 * doesn't return the submission.
 */
export async function planAttempt(
  { images, plan, keys }: WorkerDependencies,
  job: OpenJob,
  candidateIndex: number,
  candidate: Candidate,
): Promise<PlannedAttempt> {
  const fitted = plan(candidate, missingOf(job, await loadSubmission(images, job)), job.images, job.mask);
  const all = await keys.keysFor(candidate.provider);
  const left = keysLeft(all, job.attempts, candidateIndex);
  return { fitted, keys: left.length > 0 ? left : all };
}

/** The rest of the submission: the images that no earlier request has delivered, with seeds of their own. */
function missingOf(job: OpenJob, submission: Submission): Submission {
  const made = imagesDelivered(job.attempts);
  const { seed } = submission.parameters;
  const parameters = seed === undefined ? submission.parameters : { ...submission.parameters, seed: seed + made };
  return { ...submission, n: job.imagesWanted - made, parameters };
}
