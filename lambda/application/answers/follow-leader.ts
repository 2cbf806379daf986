// Single flight: a job waits for the equal one that makes the provider request for both.

import { type LedAnswer, leaderStanding } from '../../domain/answers/known-answer.ts';
import { nextLookAt, waitsUntil } from '../../domain/answers/leader-wait.ts';
import type { CacheOrder, CompletedJob, OpenJob } from '../../domain/jobs/job.ts';
import type { RequestTiming } from '../../domain/jobs/slow-ticket.ts';
import type { JobStore } from '../../domain/ports.ts';
import { type PublishDependencies, publish } from './publish-answer.ts';

export interface FollowDependencies extends PublishDependencies {
  readonly jobs: Pick<JobStore, 'find'>;
}

/** An open job that takes part in the cache. */
export type CachedJob = OpenJob & { readonly cache: CacheOrder };

/** What a follower does: makes its own request, looks again at a time (epoch ms), or takes the leader's place. */
export type Followed =
  | { readonly next: 'go_on' }
  | { readonly next: 'wait'; readonly job: OpenJob; readonly until: number }
  | 'take_over';

/** A leader that has just completed is about to publish its result by itself. */
const publishingSeconds = 5;
const publishingPauseSeconds = 1;

/** Pause after the bucket has failed to copy images, for a hit or in a leader's stead. */
export const storePauseSeconds = 10;

/**
 * Follows the leader of an entry: waits while that is open, publishes its result if it has completed without doing so, and takes
 * its place if it has ended otherwise. Undefined once the result is published. Throws what the store of jobs throws.
 */
export async function followLeader(
  dependencies: FollowDependencies,
  job: CachedJob,
  timing: RequestTiming,
  entry: LedAnswer,
): Promise<Followed | undefined> {
  const { jobs, clock, telemetry } = dependencies;
  const found = await jobs.find(entry.leader);
  const now = clock.now();
  const standing = leaderStanding(entry, found, now);
  switch (standing.is) {
    case 'gone':
      return 'take_over';
    case 'shareable':
      return publishInStead(dependencies, job, timing, entry, standing.job);
    case 'open': {
      const until = nextLookAt(standing.job, timing, now);
      const seconds = Math.ceil((until - now) / 1000);
      telemetry.record('answer_shared', { jobId: job.id, owner: job.owner, leader: entry.leader, seconds });
      return waitOrGoOn(dependencies, job, timing, until);
    }
  }
}

async function publishInStead(
  dependencies: FollowDependencies,
  job: CachedJob,
  timing: RequestTiming,
  entry: LedAnswer,
  leader: CompletedJob,
): Promise<Followed | undefined> {
  const { clock, telemetry } = dependencies;
  const now = clock.now();
  if (now < leader.completedAt + publishingSeconds * 1000) {
    return waitOrGoOn(dependencies, job, timing, now + publishingPauseSeconds * 1000);
  }
  try {
    return (await publish(dependencies, entry, leader)) ? undefined : 'take_over';
  } catch (error) {
    telemetry.record('answer_not_published', { jobId: leader.id, owner: job.owner, cacheId: entry.id }, error);
    return waitOrGoOn(dependencies, job, timing, now + storePauseSeconds * 1000);
  }
}

/** Waits until a time, but no longer than the job's own request still has time: then it makes that alone, and leads nothing. */
export function waitOrGoOn(
  { clock }: Pick<FollowDependencies, 'clock'>,
  job: CachedJob,
  timing: RequestTiming,
  until: number,
): Exclude<Followed, 'take_over'> {
  const latest = waitsUntil(job, timing);
  return clock.now() >= latest ? { next: 'go_on' } : { next: 'wait', job, until: Math.min(until, latest) };
}
