import { isSpent } from '../jobs/attempt.ts';
import type { OpenJob } from '../jobs/job.ts';

/** When the first refusal for rate came in a job's life, be it a 429 or a gate's (epoch ms); undefined where none has. */
export function rateLimitedSince({ attempts, heldSince }: OpenJob): number | undefined {
  const refused = attempts.find(({ outcome }) => outcome === 'rate_limited');
  const times = [heldSince, refused?.firstStartedAt ?? refused?.startedAt].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * Whether a job tries its next candidate rather than wait until then for this one's provider to accept requests: where
 * one of another provider is to come, and the job's patience with rate limits, which begins with its first refusal, ends
 * before. After one that may have cost money for nothing it waits all the same: there is one further request, and it must be one that is made.
 */
export function prefersFallback(
  job: OpenJob,
  candidate: number,
  patienceSeconds: number,
  until: number,
  now: number,
): boolean {
  const [current, ...later] = job.candidates.slice(candidate);
  const isElsewhere = later.some(({ provider }) => provider !== current?.provider);
  if (!isElsewhere || until <= now || job.attempts.some(({ outcome }) => isSpent(outcome))) return false;
  return until > (rateLimitedSince(job) ?? now) + patienceSeconds * 1000;
}
