// Loads a submission from the item or, if too large for it, from S3.

import type { Submission } from '../../../domain/generation.ts';
import type { OpenJob } from '../../../domain/jobs/job.ts';
import type { ImageStore } from '../../../domain/ports.ts';
import { notSent } from './store-failure.ts';

/** The submission of a job. Throws GatewayFailure `not_sent` if the bucket doesn't return it. */
export async function loadSubmission(images: Pick<ImageStore, 'findJson'>, job: OpenJob): Promise<Submission> {
  if (job.submission.in === 'item') return job.submission.submission;
  const { key } = job.submission;
  const kept = await images.findJson(key).catch((error: unknown) => {
    throw notSent(error);
  });
  if (kept === undefined) throw notSent(new Error(`The submission of job ${job.id} is missing from the bucket.`));
  return kept as unknown as Submission;
}
