// Cleanup after a terminal state: cancels the task and deletes the objects of an orphaned attempt.

import { openAttempt } from '../../domain/jobs/attempt.ts';
import { isDeleted, type Job } from '../../domain/jobs/job.ts';
import { cancelTicket } from './cancel-ticket.ts';
import { possibleKeys, rawKeysOf } from './storage/attempt-keys.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';
import { abandoned, closeEntryAfterEnd } from './write-attempt.ts';

/**
 * Closes the entry that an ended job's workers left open, as `abandoned`. A task still running at the provider is cancelled, and
 * objects of a lost worker are removed: they belong to no result, and the owner may have deleted the job. Raw bodies that the
 * caller requested stay until such a deletion.
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
