import { GatewayError } from '../../domain/error-code.ts';
import type { Operation } from '../../domain/generation.ts';
import { isJobId, isVisible, type Job } from '../../domain/jobs/job.ts';
import { type Caller, maySee } from '../../domain/keys/caller.ts';
import type { Clock, JobStore } from '../../domain/ports.ts';

/**
 * Finds a caller's job. Unknown, expired, deleted, another owner's and another operation's are one and the same
 * GatewayError `not_found`, so that callers don't learn which ids exist.
 */
export async function findOwnJob(
  { jobs, clock }: { readonly jobs: Pick<JobStore, 'find'>; readonly clock: Clock },
  caller: Pick<Caller, 'owner' | 'isAdmin'>,
  operation: Operation,
  jobId: string,
): Promise<Job> {
  const found = isJobId(jobId) ? await jobs.find(jobId) : undefined;
  if (!found || !maySee(caller, found.owner) || found.operation !== operation || !isVisible(found, clock.now())) {
    throw noSuchJob();
  }
  return found;
}

export const noSuchJob = (): GatewayError => new GatewayError('not_found', 'There is no such job, or it has expired.');
