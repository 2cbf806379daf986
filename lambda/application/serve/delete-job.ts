import type { Operation } from '../../domain/generation.ts';
import { erase } from '../../domain/jobs/endings.ts';
import type { Job } from '../../domain/jobs/job.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import type { ImageStore } from '../../domain/ports.ts';
import { resultKeys } from '../attempt/storage/attempt-keys.ts';
import { applyUnfenced } from '../end/apply-unfenced.ts';
import { inputKeys } from '../inputs/input-keys.ts';
import { type CancelJobDependencies, cancelJob } from './cancel-job.ts';

export interface DeleteJobDependencies extends CancelJobDependencies {
  readonly images: Pick<ImageStore, 'remove'>;
}

/**
 * Deletes a caller's job and all that it holds.
 * 1. Cancel it, if it is open.
 * 2. Remove inputs, results and parameters.
 * 3. Leave of its item only the ledger: from now on the job is unknown to everybody.
 * Throws GatewayError `not_found`; any other error means that the same call should be made again.
 */
export async function deleteJob(
  dependencies: DeleteJobDependencies,
  caller: Pick<Caller, 'owner' | 'isAdmin'>,
  operation: Operation,
  jobId: string,
): Promise<void> {
  await eraseJob(dependencies, await cancelJob(dependencies, caller, operation, jobId));
}

/** Removes all that an ended job holds, and leaves its ledger. Any error means that it should be tried again. */
export async function eraseJob(dependencies: DeleteJobDependencies, job: Job): Promise<void> {
  const { images, clock, telemetry } = dependencies;
  // The objects go first: if one of them can't be removed, the job is still there to be deleted again.
  await images.remove([...inputKeys(job), ...resultKeys(job)]);
  const erased = await applyUnfenced(dependencies, job, (latest) => erase(latest, clock.now()));
  if (!erased.applied && erased.job) throw new Error(`The item of job ${job.id} could not be emptied.`);
  telemetry.record('job_deleted', { jobId: job.id, operation: job.operation });
}
