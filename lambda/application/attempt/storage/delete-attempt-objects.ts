import type { Attempt } from '../../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../../domain/jobs/job.ts';
import type { ImageStore } from '../../../domain/ports.ts';
import type { Telemetry } from '../../../domain/telemetry.ts';
import { possibleKeys } from './attempt-keys.ts';

export interface DeleteDependencies {
  readonly images: Pick<ImageStore, 'remove'>;
  readonly telemetry: Telemetry;
}

/**
 * Deletes what one attempt may have written, and nothing of earlier ones: a job that was ended without this attempt may
 * show what those delivered. What can't be deleted, the bucket's lifecycle expires.
 */
export async function deleteAttemptObjects(
  { images, telemetry }: DeleteDependencies,
  job: OpenJob,
  attempt: Attempt,
): Promise<void> {
  await images.remove(possibleKeys(job, attempt)).catch((error: unknown) => {
    telemetry.record('cleanup_failed', { jobId: job.id, attempt: attempt.number }, error);
  });
}
