// The failing end of a job whose worker holds its lease.

import { fail } from '../../domain/jobs/endings.ts';
import type { Job, JobFailure, OpenJob } from '../../domain/jobs/job.ts';
import { closeEndedJob } from '../attempt/close-ended-job.ts';
import type { WorkerDependencies } from '../attempt/worker-dependencies.ts';
import { applyEnd } from '../end/apply-end.ts';
import { JobLost } from '../timing/heartbeat.ts';

/**
 * Ends a job with a failure, or with the images that it has, and returns the ended job. A task still running at the provider
 * is cancelled. Throws JobLost if the job was ended or claimed by another.
 */
export async function failJob(dependencies: WorkerDependencies, job: OpenJob, failure: JobFailure): Promise<Job> {
  const { clock, telemetry } = dependencies;
  const ended = await applyEnd(dependencies, job, fail(job, failure, clock.now()));
  if (!ended.applied) throw new JobLost('The job was taken while it was being ended.');
  await closeEndedJob(dependencies, ended.job);
  const { provider, model } = failure;
  telemetry.record(ended.job.status === 'completed' ? 'job_completed' : 'job_failed', {
    jobId: job.id,
    operation: job.operation,
    failureCode: failure.code,
    provider,
    model,
    attempts: job.attempts.length,
  });
  return ended.job;
}
