// Rollback of one attempt: deletes every object that it may have stored.

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
 * Deletes what one attempt may have stored, and nothing of earlier ones, whose deliveries a job that ended without this attempt
 * may show. Lifecycle rules remove what can't be deleted.
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
