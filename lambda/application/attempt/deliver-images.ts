// Fan-out over several requests: complete the job, or keep a partial delivery in the ledger.

import type { Attempt } from '../../domain/jobs/attempt.ts';
import { imagesDelivered, newsOf } from '../../domain/jobs/deliveries.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import type { AttemptEnd } from './exchange.ts';
import { finishJob } from './finish-job.ts';
import { type DeleteDependencies, deleteAttemptObjects } from './storage/delete-attempt-objects.ts';
import { type Manifest, ofManifest } from './storage/manifest.ts';
import { type LedgerDependencies, writeAttempt } from './write-attempt.ts';

/**
 * Delivers the images of a request: if the job has all it wants, it is completed; else they are kept in the ledger, and the next
 * request is for the rest. A provider that made fewer than requested isn't called for the rest: that might never end.
 */
export async function deliver(
  dependencies: LedgerDependencies & DeleteDependencies,
  job: OpenJob,
  attempt: Attempt,
  manifest: Manifest,
): Promise<AttemptEnd> {
  const { result } = manifest;
  const made = imagesDelivered(job.attempts) + result.images.length;
  if (made >= job.imagesWanted || result.images.length < attempt.imagesAsked) {
    return { next: 'ended', job: await finishJob(dependencies, job, attempt, manifest) };
  }
  const news = newsOf(job, result);
  const delivered: Attempt = {
    ...attempt,
    outcome: 'succeeded',
    billed: 'yes',
    ...ofManifest(manifest),
    delivered: news,
  };
  const open = await writeAttempt(dependencies, job, delivered, () => deleteAttemptObjects(dependencies, job, attempt));
  return { next: 'go_on', job: open };
}
