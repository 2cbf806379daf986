import type { Candidate, Submission } from '../../domain/generation.ts';
import { imagesDelivered } from '../../domain/jobs/deliveries.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import type { PlanRequest } from '../../domain/ports.ts';
import { keysLeft, type ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import { loadSubmission } from './storage/load-submission.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** What an attempt will send, and the keys that it may be sent with. */
export interface PlannedAttempt {
  readonly planned: ReturnType<PlanRequest>;
  readonly keys: readonly ProviderKey[];
}

/**
 * Fits a job's submission to a candidate, and gets the provider's keys: those that this candidate has not been refused with,
 * or all where none is left. Throws ProviderFailure where the model can't serve it or no key is kept, and GatewayFailure
 * `not_sent` where our own store doesn't give the submission.
 */
export async function planAttempt(
  { images, plan, keys }: WorkerDependencies,
  job: OpenJob,
  candidate: number,
  named: Candidate,
): Promise<PlannedAttempt> {
  const planned = plan(named, missingOf(job, await loadSubmission(images, job)), job.images, job.mask);
  const all = await keys.keysFor(named.provider);
  const left = keysLeft(all, job.attempts, candidate);
  return { planned, keys: left.length > 0 ? left : all };
}

/** What is still to be asked for: the images that no earlier request has delivered, with seeds of their own. */
function missingOf(job: OpenJob, submission: Submission): Submission {
  const made = imagesDelivered(job.attempts);
  const { seed } = submission.parameters;
  const parameters = seed === undefined ? submission.parameters : { ...submission.parameters, seed: seed + made };
  return { ...submission, n: job.imagesWanted - made, parameters };
}
