// Write-ahead ledger: closing an entry with a failure, then deleting its objects.

import type { GatewayFailure, ProviderFailure } from '../../domain/failure.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import type { AttemptEnd, Exchange } from './exchange.ts';
import { recordFailure } from './record-failure.ts';
import { supersededRawKeys } from './storage/raw-sides.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';
import { writeAttempt } from './write-attempt.ts';

/**
 * Closes an entry with its failure, and deletes the attempt's objects only once the failure is durable: until then an existing
 * manifest would complete the job with them.
 */
export async function closeFailed(
  dependencies: WorkerDependencies,
  { job, attempt, call }: Exchange,
  failure: ProviderFailure | GatewayFailure,
): Promise<AttemptEnd> {
  const failed = await recordFailure(dependencies, job, attempt, failure, call.key);
  const sides = await call.raw.store();
  const closed = sides.length === 0 ? failed : { ...failed, raw: { attempt: failed.number, sides } };
  await removeSuperseded(dependencies, job, supersededRawKeys(job, closed));
  const open = await writeAttempt(dependencies, job, closed, call.deleteObjects);
  await call.deleteImages();
  return { next: 'go_on', job: open };
}

/** Removes objects that the ledger is about to stop referencing. */
async function removeSuperseded(
  { images, telemetry }: WorkerDependencies,
  job: OpenJob,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await images.remove(keys).catch((error: unknown) => telemetry.record('cleanup_failed', { jobId: job.id }, error));
}
