import type { JobListRequest, JobLists, JobPage } from '../../domain/jobs/lists/job-lists.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import { ownerAsked } from '../../domain/keys/owner-asked.ts';
import type { Clock } from '../../domain/ports.ts';

export interface ListJobsDependencies {
  readonly jobLists: JobLists;
  readonly clock: Clock;
}

/**
 * A page of the caller's jobs, or of those of the owner whom an admin names; of an owner without jobs it is empty. Throws
 * GatewayError `admin_required` for other callers who name another owner.
 */
export async function listJobs(
  { jobLists, clock }: ListJobsDependencies,
  caller: Pick<Caller, 'owner' | 'isAdmin'>,
  { owner, ...query }: JobListRequest,
): Promise<JobPage> {
  return jobLists.page(ownerAsked(caller, 'jobs', owner), { ...query, now: clock.now() });
}
