// Crash recovery: a manifest proves that a lost worker had stored its results.

import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import { deliver } from './deliver-images.ts';
import type { AttemptEnd } from './exchange.ts';
import { type Manifest, readManifest } from './storage/manifest.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';
import { abandoned, writeAttempt } from './write-attempt.ts';

/**
 * Recovers a request whose worker was lost. If its manifest exists, its images are paid for and stored, and are delivered.
 * Otherwise the outcome is unknown, and the entry is closed as `abandoned`.
 */
export async function recoverAttempt(
  dependencies: WorkerDependencies,
  job: OpenJob,
  attempt: Attempt,
): Promise<AttemptEnd> {
  const { images, clock, telemetry } = dependencies;
  const manifest = await readManifest(images, job, attempt);
  if (manifest) return deliverRecovered(dependencies, job, attempt, manifest);
  telemetry.record('attempt_abandoned', { jobId: job.id, attempt: attempt.number, provider: attempt.provider });
  return { next: 'go_on', job: await writeAttempt(dependencies, job, abandoned(attempt, clock.now())) };
}

/** Delivers the images that a lost worker had stored. */
export function deliverRecovered(
  dependencies: WorkerDependencies,
  job: OpenJob,
  attempt: Attempt,
  manifest: Manifest,
): Promise<AttemptEnd> {
  dependencies.telemetry.record('attempt_recovered', { jobId: job.id, attempt: attempt.number });
  return deliver(dependencies, job, attempt, manifest);
}
