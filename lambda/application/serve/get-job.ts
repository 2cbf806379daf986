import type { Operation } from '../../domain/generation.ts';
import { isVisible } from '../../domain/jobs/job.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import type { GrantedWait } from '../../domain/usage/granted-wait.ts';
import { type FailOverdueDependencies, failIfOverdue } from '../end/fail-overdue.ts';
import { findOwnJob, noSuchJob } from './find-own-job.ts';
import { type RawBodies, type RawBodiesDependencies, rawBodies } from './raw-bodies.ts';
import { type AwaitedJob, type WaitDependencies, waitForEnd } from './wait-for-end.ts';
import type { WaitSlotDependencies } from './with-wait-slot.ts';

export interface GetJobDependencies extends FailOverdueDependencies, WaitSlotDependencies, RawBodiesDependencies {
  readonly catalog: WaitDependencies['catalog'];
}

/** A job with what its caller asked to see of the provider's side. */
export interface FoundJob extends AwaitedJob, RawBodies {}

/**
 * Finds a caller's job.
 * 1. Read the item, and hold the answer back until its end, as far as its caller was granted that and has a wait left.
 * 2. Fail it if its deadline has passed: no caller sees it open after that.
 * 3. Fetch what was kept of the provider's wire, if it was asked for.
 * Throws GatewayError `not_found`, also for a job that was deleted or has expired while its caller waited.
 */
export async function getJob(
  dependencies: GetJobDependencies,
  caller: Pick<Caller, 'owner' | 'isAdmin'>,
  operation: Operation,
  jobId: string,
  wait: GrantedWait,
): Promise<FoundJob> {
  const { jobs, clock } = dependencies;
  const found = await failIfOverdue(dependencies, await findOwnJob({ jobs, clock }, caller, operation, jobId));
  const { waitedSeconds, ...awaited } = await waitForEnd(dependencies, caller, found, wait);
  const job = await failIfOverdue(dependencies, awaited.job);
  if (!isVisible(job, clock.now())) throw noSuchJob();
  return { job, waitedSeconds, ...(await rawBodies(dependencies, job)) };
}
