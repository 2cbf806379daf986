// Write-ahead ledger: closing an entry with a failure, then deleting its objects.

import type { GatewayFailure, ProviderFailure } from '../../domain/failure.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import type { Cost } from '../../domain/money/quote.ts';
import type { AttemptEnd, Exchange } from './exchange.ts';
import { costOfFailure } from './money/cost-of-answer.ts';
import { recordFailure } from './record-failure.ts';
import { supersededRawKeys } from './storage/raw-sides.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';
import { writeAttempt } from './write-attempt.ts';

/**
 * Closes an entry with its failure, and deletes the attempt's objects only once the failure is durable: until then an existing
 * manifest would complete the job with them. `cost` is what the provider charges, if it has responded with images.
 */
export async function closeFailed(
  dependencies: WorkerDependencies,
  { job, attempt, call }: Exchange,
  failure: ProviderFailure | GatewayFailure,
  cost?: Cost,
): Promise<AttemptEnd> {
  const failed = withCost(dependencies, await recordFailure(dependencies, job, attempt, failure, call.key), cost);
  const sides = await call.raw.store();
  const closed = sides.length === 0 ? failed : { ...failed, raw: { attempt: failed.number, sides } };
  await removeSuperseded(dependencies, job, supersededRawKeys(job, closed));
  const open = await writeAttempt(dependencies, job, closed, call.deleteObjects);
  await call.deleteImages();
  return { next: 'go_on', job: open };
}

/** A failed request costs something only if the provider certainly charges for it. */
function withCost({ catalog }: WorkerDependencies, failed: Attempt, charged: Cost | undefined): Attempt {
  if (failed.billed !== 'yes') return failed;
  const cost = charged ?? costOfFailure(catalog, failed);
  return { ...failed, ...(cost && { cost }) };
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
