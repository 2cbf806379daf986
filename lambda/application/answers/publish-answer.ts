// Publishing: a completed leader's images become the answer to equal jobs, as objects of the cache's own.

import { expiryOf, type FullAnswer, isLedBy, isShareable, type LedAnswer } from '../../domain/answers/known-answer.ts';
import type { KnownAnswers } from '../../domain/answers/known-answers.ts';
import type { CompletedJob, Job } from '../../domain/jobs/job.ts';
import type { ResultImage } from '../../domain/jobs/job-result.ts';
import { answerPrefix } from '../../domain/jobs/retention.ts';
import type { Clock, ImageStore } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { possibleCopies } from '../attempt/storage/attempt-keys.ts';
import { copyImages } from './copy-images.ts';

export interface PublishDependencies {
  readonly answers: KnownAnswers;
  readonly images: Pick<ImageStore, 'copy' | 'remove'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * Called with a job that has ended, when no caller waits any more: counts its miss if it took part in the cache and made requests,
 * and publishes its result if it leads its entry and has all of its images. Throws nothing: what isn't published here, the next
 * equal job publishes in the leader's stead.
 */
export async function publishAnswer(dependencies: PublishDependencies, job: Job): Promise<void> {
  const { answers, clock, telemetry } = dependencies;
  if (job.cache === undefined || job.attempts.length === 0) return;
  const fields = { jobId: job.id, owner: job.owner, cacheId: job.cache.id };
  telemetry.record('answer_missed', fields);
  if (!isShareable(job, clock.now())) return;
  try {
    const entry = await answers.find(job.cache.id);
    if (entry?.state === 'leading' && isLedBy(entry, job)) await publish(dependencies, entry, job);
  } catch (error) {
    telemetry.record('answer_not_published', fields, error);
  }
}

/**
 * Publishes a completed leader's result: first the copies, then the entry. Any worker may do so, and several at once, since their
 * copies have the same keys; if the entry has another leader by then, they are removed. False if an image is gone, so that the
 * result can't be published. Throws what the stores throw.
 */
export async function publish(
  dependencies: PublishDependencies,
  entry: LedAnswer,
  leader: CompletedJob,
): Promise<boolean> {
  const { answers, images, telemetry } = dependencies;
  const prefix = answerPrefix(leader.cache?.ttlSeconds ?? 0, entry.nonce);
  const fields = { jobId: leader.id, owner: leader.owner, cacheId: entry.id };
  const copies = await copyImages(images, leader.result.images, prefix);
  if (copies && (await answers.publish(fullAnswer(entry, leader, copies)))) {
    telemetry.record('answer_published', { ...fields, images: copies.length });
    return true;
  }
  const standing = await answers.find(entry.id);
  if (standing?.state === 'full' && standing.nonce === entry.nonce) return true;
  await images.remove(possibleCopies(prefix));
  telemetry.record('answer_not_published', fields);
  return copies !== undefined;
}

/** Raw bodies belong to the leader's caller. */
function fullAnswer(entry: LedAnswer, leader: CompletedJob, images: readonly ResultImage[]): FullAnswer {
  const { rawRequestKey: _, rawResponseKey: __, ...shared } = leader.result;
  const { deadlineAt: ___, ...led } = entry;
  return { ...led, state: 'full', result: { ...shared, images }, expiresAt: expiryOf(leader) };
}
