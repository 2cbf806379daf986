import { openAttempt } from '../../domain/jobs/attempt.ts';
import { isDeleted, type Job } from '../../domain/jobs/job.ts';
import { cancelTicket } from './cancel-ticket.ts';
import { abandoned, closeEntryAfterEnd } from './close-attempt.ts';
import { possibleKeys, rawKeysOf } from './storage/attempt-keys.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/**
 * Closes what the workers of an ended job left open in its ledger: nobody knows the outcome any more. Work that the
 * provider still has in hand is called off, and what a lost worker had put into the bucket is removed: it belongs to no
 * result, and its owner may have deleted the job. What its caller asked to see of the request stays until then.
 */
export async function closeEndedJob(dependencies: WorkerDependencies, job: Job): Promise<void> {
  const open = openAttempt(job.attempts);
  if (!open) return;
  await cancelTicket(dependencies, job, open);
  const raw = new Set(isDeleted(job) ? [] : rawKeysOf(job, open));
  const needless = possibleKeys(job, open).filter((key) => !raw.has(key));
  await dependencies.images.remove(needless).catch((error: unknown) => {
    dependencies.telemetry.record('cleanup_failed', { jobId: job.id, attempt: open.number }, error);
  });
  await closeEntryAfterEnd(dependencies, job, abandoned(open, dependencies.clock.now()));
}
