// The cache of known answers, before a job's first provider request: take the answer, lead, or wait for the leader.

import { isLedBy, isLiving, type KnownAnswer, ledBy } from '../../domain/answers/known-answer.ts';
import type { Job, OpenJob } from '../../domain/jobs/job.ts';
import type { RequestTiming } from '../../domain/jobs/slow-ticket.ts';
import { AnswersUnavailable, fromAnswers } from './answers-unavailable.ts';
import {
  type CachedJob,
  type FollowDependencies,
  type Followed,
  followLeader,
  storePauseSeconds,
  waitOrGoOn,
} from './follow-leader.ts';
import { removeAnswerImages } from './remove-answer.ts';
import { type TakeDependencies, takeAnswer } from './take-answer.ts';

export interface ConsultDependencies extends FollowDependencies, TakeDependencies {
  readonly jobs: FollowDependencies['jobs'] & TakeDependencies['jobs'];
}

/** What a job does next: it makes its request, looks again at a time (epoch ms), or has ended with a known answer. */
export type Consulted = Exclude<Followed, 'take_over'> | { readonly next: 'ended'; readonly job: Job };

/** Each further look follows a race that was lost. */
const maxLooks = 5;
const racePauseSeconds = 1;

/**
 * Looks for a known answer to a job that has made no provider request yet.
 * 1. A full entry completes the job. One whose images are gone counts as none.
 * 2. With no entry the job leads: it makes its request, and its result becomes the answer.
 * 3. If another job leads, it follows that one, for as long as its own request would still have time.
 * If the table of answers fails, the job continues without. Throws JobLost, and the errors of the other stores.
 */
export async function consultAnswers(
  dependencies: ConsultDependencies,
  job: OpenJob,
  timing: RequestTiming,
): Promise<Consulted> {
  const { clock, telemetry } = dependencies;
  if (!isCached(job)) return { next: 'go_on' };
  try {
    for (let looks = 0; looks < maxLooks; looks += 1) {
      const consulted = await look(dependencies, job, timing);
      if (consulted) return consulted;
    }
    return waitOrGoOn(dependencies, job, timing, clock.now() + racePauseSeconds * 1000);
  } catch (error) {
    if (!(error instanceof AnswersUnavailable)) throw error;
    telemetry.record('answers_unavailable', { jobId: job.id, owner: job.owner }, error.cause);
    return { next: 'go_on' };
  }
}

/** A job with requests of its own behind it, or with a caller's own provider key, takes no part. */
const isCached = (job: OpenJob): job is CachedJob =>
  job.cache !== undefined && job.attempts.length === 0 && job.credential !== 'caller';

/** One look at the entry; undefined if another worker has changed it meanwhile, so that another look is due. */
async function look(
  dependencies: ConsultDependencies,
  job: CachedJob,
  timing: RequestTiming,
): Promise<Consulted | undefined> {
  const { answers, clock } = dependencies;
  const entry = await fromAnswers(answers.find(job.cache.id));
  if (isLiving(entry, clock.now())) {
    const taken = await takeAnswer(dependencies, job, entry);
    if (typeof taken === 'object') return { next: 'ended', job: taken.job };
    if (taken === 'not_copied') return waitOrGoOn(dependencies, job, timing, clock.now() + storePauseSeconds * 1000);
    return lead(dependencies, job, entry);
  }
  if (entry?.state !== 'leading') return lead(dependencies, job, entry);
  if (isLedBy(entry, job)) return { next: 'go_on' };
  const followed = await followLeader(dependencies, job, timing, entry);
  return followed === 'take_over' ? lead(dependencies, job, entry) : followed;
}

/** Leads the entry from here, unless it has changed since it was seen; a job that must not be stored leads nothing. */
async function lead(
  dependencies: ConsultDependencies,
  job: CachedJob,
  seen: KnownAnswer | undefined,
): Promise<Consulted | undefined> {
  const { answers, telemetry } = dependencies;
  if (!job.cache.store) return { next: 'go_on' };
  if (!(await fromAnswers(answers.lead(ledBy(job, job.cache.id), seen)))) return undefined;
  const fields = { jobId: job.id, owner: job.owner, cacheId: job.cache.id };
  telemetry.record('answer_led', { ...fields, takenOver: seen !== undefined });
  if (seen) await removeAnswerImages(dependencies, seen);
  return { next: 'go_on' };
}
