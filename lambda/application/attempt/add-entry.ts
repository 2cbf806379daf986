// Write-ahead ledger: opening an entry, fenced by the claim.

import { GatewayFailure, ProviderFailure } from '../../domain/failure.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import { isOpen, type OpenJob } from '../../domain/jobs/job.ts';
import { startAttempt } from '../../domain/jobs/transitions.ts';
import type { JobStore } from '../../domain/ports.ts';
import { JobLost } from '../timing/heartbeat.ts';
import type { AttemptEnd } from './exchange.ts';
import { type RecordFailureDependencies, recordFailure } from './record-failure.ts';

/** Adds an entry to the job's ledger, before the request. Throws JobLost if the job was ended or claimed by another. */
export async function addEntry(jobs: JobStore, job: OpenJob, attempt: Attempt): Promise<OpenJob> {
  const written = await jobs.apply(job.id, startAttempt(job, attempt));
  if (!written.applied || !isOpen(written.job)) throw new JobLost('The job has ended or is worked on by another.');
  return written.job;
}

/**
 * Adds the entry of an attempt that failed before its request was sent, at no cost. Rethrows errors that are neither a
 * ProviderFailure nor a GatewayFailure.
 */
export async function addUnsentEntry(
  dependencies: RecordFailureDependencies & { readonly jobs: JobStore },
  job: OpenJob,
  attempt: Attempt,
  error: unknown,
): Promise<AttemptEnd> {
  if (!(error instanceof ProviderFailure || error instanceof GatewayFailure)) throw error;
  const failed = await recordFailure(dependencies, job, attempt, error);
  return { next: 'go_on', job: await addEntry(dependencies.jobs, job, failed) };
}
