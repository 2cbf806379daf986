// A cache hit: the job gets copies of a known answer's images, and is completed without a provider request.

import type { FullAnswer } from '../../domain/answers/known-answer.ts';
import { completeKnown } from '../../domain/jobs/endings.ts';
import { itemLimits } from '../../domain/jobs/item-limits.ts';
import { isDeleted, isOpen, type Job, type OpenJob } from '../../domain/jobs/job.ts';
import type { JobResult, ResultImage } from '../../domain/jobs/job-result.ts';
import { copyPrefix } from '../../domain/jobs/retention.ts';
import { withWarnings } from '../../domain/jobs/warnings.ts';
import type { Clock, ImageStore } from '../../domain/ports.ts';
import { possibleCopies } from '../attempt/storage/attempt-keys.ts';
import { applyEnd, type EndDependencies } from '../end/apply-end.ts';
import { JobLost } from '../timing/heartbeat.ts';
import { copyImages } from './copy-images.ts';

export interface TakeDependencies extends EndDependencies {
  readonly images: Pick<ImageStore, 'copy' | 'remove'>;
  readonly clock: Clock;
}

/** The job completed; or the answer's images are gone; or the bucket has failed, and may work later. */
export type Taken = { readonly job: Job } | 'gone' | 'not_copied';

/**
 * Completes a job with copies of a known answer's images, made below its own prefix before it says `completed`. Throws JobLost if
 * the job was ended or claimed by another, and what the store of jobs throws.
 */
export async function takeAnswer(dependencies: TakeDependencies, job: OpenJob, answer: FullAnswer): Promise<Taken> {
  const { clock } = dependencies;
  const copies = await copyAnswer(dependencies, job, answer);
  if (typeof copies === 'string') return copies;
  const end = completeKnown(job, resultFrom(job, answer.result, copies), clock.now());
  const ended = await applyEnd(dependencies, job, end);
  if (!ended.applied) {
    if (!areWanted(ended.job)) await removeCopies(dependencies, job);
    throw new JobLost('The job has ended or is worked on by another.');
  }
  recordHit(dependencies, job, answer);
  return { job: ended.job };
}

async function copyAnswer(
  dependencies: TakeDependencies,
  job: OpenJob,
  answer: FullAnswer,
): Promise<readonly ResultImage[] | Exclude<Taken, object>> {
  const { images, telemetry } = dependencies;
  try {
    const copies = await copyImages(images, answer.result.images, copyPrefix(job));
    if (copies) return copies;
  } catch (error) {
    telemetry.record('answer_not_copied', { jobId: job.id, owner: job.owner, cacheId: answer.id }, error);
    return 'not_copied';
  }
  await removeCopies(dependencies, job);
  return 'gone';
}

const resultFrom = (job: OpenJob, known: JobResult, images: readonly ResultImage[]): JobResult => ({
  ...known,
  images,
  cached: true,
  warnings: withWarnings([], known.warnings, itemLimits.warnings - job.warnings.length),
});

/** Whether another worker may need the copies: one that has completed the job with them, or is about to. */
const areWanted = (job: Job | undefined): boolean =>
  job !== undefined && !isDeleted(job) && (isOpen(job) || (job.status === 'completed' && job.result.cached === true));

/** What can't be removed, the bucket's lifecycle sweeps. */
async function removeCopies({ images, telemetry }: TakeDependencies, job: OpenJob): Promise<void> {
  await images.remove(possibleCopies(copyPrefix(job))).catch((error: unknown) => {
    telemetry.record('cleanup_failed', { jobId: job.id }, error);
  });
}

function recordHit({ clock, telemetry }: TakeDependencies, job: OpenJob, { id: cacheId, result }: FullAnswer): void {
  const { provider, model, images } = result;
  telemetry.record('answer_hit', { jobId: job.id, owner: job.owner, cacheId });
  telemetry.record('job_completed', {
    jobId: job.id,
    operation: job.operation,
    provider,
    model,
    images: images.length,
    bytes: images.reduce((sum, image) => sum + image.bytes, 0),
    jobMilliseconds: clock.now() - job.createdAt,
    attempts: 0,
  });
}
