import { type CompletedJob, isOpen, isVisible, type Job, type OpenJob } from '../jobs/job.ts';
import type { JobResult } from '../jobs/job-result.ts';

interface AnswerEntry {
  /** As in the jobs' `CacheOrder`. */
  readonly id: string;
  readonly owner: string;
  /** The id of the leader: the job whose result the entry has, or is to get. */
  readonly leader: string;
  /** The nonce of the leader's submission. It is the entry's fencing token, since an id may be another job's later. */
  readonly nonce: string;
}

/** An entry whose leader makes the provider requests for all equal jobs. Its lease is the leader's job: it has no time of its own. */
export interface LedAnswer extends AnswerEntry {
  readonly state: 'leading';
  /** When its leader must have ended, in epoch milliseconds. */
  readonly deadlineAt: number;
}

/** An entry that answers jobs. Its images are objects of its own, so that they don't depend on the leader's job. */
export interface FullAnswer extends AnswerEntry {
  readonly state: 'full';
  readonly result: JobResult;
  /** From then on it answers no job, in epoch milliseconds. */
  readonly expiresAt: number;
}

/** An entry of the cache of known answers. */
export type KnownAnswer = LedAnswer | FullAnswer;

/** Whether an entry can answer a job at that time (epoch ms). */
export const isLiving = (entry: KnownAnswer | undefined, now: number): entry is FullAnswer =>
  entry?.state === 'full' && now < entry.expiresAt;

/** Whether a job leads an entry, or has led it. */
export const isLedBy = ({ leader, nonce }: KnownAnswer, job: Pick<Job, 'id' | 'submissionNonce'>): boolean =>
  leader === job.id && nonce === job.submissionNonce;

/** The entry of a job that is about to make its provider requests. */
export const ledBy = ({ id, owner, submissionNonce, deadlineAt }: OpenJob, entryId: string): LedAnswer => ({
  ...{ id: entryId, owner, leader: id, nonce: submissionNonce },
  ...{ state: 'leading', deadlineAt },
});

/** When an entry with the result of this job expires, in epoch milliseconds, whenever it was published. */
export const expiryOf = ({ completedAt, cache }: CompletedJob): number => completedAt + (cache?.ttlSeconds ?? 0) * 1000;

/**
 * Whether a job's result may answer others at that time (epoch ms): the job has made all images that it wanted itself, its owner
 * still has them, and their time in the cache is not over.
 */
export const isShareable = (job: Job, now: number): job is CompletedJob =>
  job.status === 'completed' &&
  job.cache?.store === true &&
  job.result.cached !== true &&
  job.result.images.length >= job.imagesWanted &&
  isVisible(job, now) &&
  now < expiryOf(job);

/** What is to be made of an entry that another job leads: wait for it, publish its result, or take the entry over. */
export type LeaderStanding =
  | { readonly is: 'open'; readonly job: OpenJob }
  | { readonly is: 'shareable'; readonly job: CompletedJob }
  | { readonly is: 'gone' };

/** How the leader of an entry stands at that time (epoch ms); `found` is the job that has its id now. */
export function leaderStanding(entry: LedAnswer, found: Job | undefined, now: number): LeaderStanding {
  if (!found || !isLedBy(entry, found)) return { is: 'gone' };
  if (isOpen(found)) return { is: 'open', job: found };
  return isShareable(found, now) ? { is: 'shareable', job: found } : { is: 'gone' };
}
