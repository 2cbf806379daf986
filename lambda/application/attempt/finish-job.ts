// Job completion: result and ledger entry in one conditional write.

import type { Attempt } from '../../domain/jobs/attempt.ts';
import { resultOfAll } from '../../domain/jobs/deliveries.ts';
import { complete } from '../../domain/jobs/endings.ts';
import type { Job, OpenJob } from '../../domain/jobs/job.ts';
import { applyEnd } from '../end/apply-end.ts';
import { JobLost } from '../timing/heartbeat.ts';
import { type DeleteDependencies, deleteAttemptObjects } from './storage/delete-attempt-objects.ts';
import { type Manifest, ofManifest } from './storage/manifest.ts';
import { closeEntryAfterEnd, isWanted, type LedgerDependencies, reportUnknownCost } from './write-attempt.ts';

/**
 * Completes a job with everything that its requests delivered, and closes the last one's entry in the same write; returns the
 * ended job. Throws JobLost if the job was ended or claimed by another.
 */
export async function finishJob(
  dependencies: LedgerDependencies & DeleteDependencies,
  job: OpenJob,
  attempt: Attempt,
  manifest: Manifest,
): Promise<Job> {
  const { clock, telemetry } = dependencies;
  const result = resultOfAll(job, manifest.result);
  const { message: _, retryAt: __, ...started } = attempt;
  const winning: Attempt = { ...started, outcome: 'succeeded', billed: 'yes', ...ofManifest(manifest) };
  const ended = await applyEnd(dependencies, job, complete(job, winning, result, clock.now()));
  if (!ended.applied) {
    if (!isWanted(ended.job, attempt)) await deleteAttemptObjects(dependencies, job, attempt);
    if (ended.job) await closeEntryAfterEnd(dependencies, ended.job, winning);
    throw new JobLost('The job has ended or is worked on by another.');
  }
  reportUnknownCost(dependencies, job, winning);
  telemetry.record(ended.job.status === 'completed' ? 'job_completed' : 'job_failed', {
    jobId: job.id,
    operation: job.operation,
    provider: attempt.provider,
    model: attempt.model,
    images: result.images.length,
    bytes: result.images.reduce((sum, image) => sum + image.bytes, 0),
    latencyMilliseconds: manifest.result.latency,
    jobMilliseconds: clock.now() - job.createdAt,
    attempts: job.attempts.length,
  });
  return ended.job;
}
