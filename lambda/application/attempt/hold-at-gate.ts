// Rate-limited starts: reschedule the job, or move on to the fallback.

import { ProviderFailure } from '../../domain/failure.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import { prefersFallback, rateLimitedSince } from '../../domain/rate-limiter/rate-limit-patience.ts';
import { addUnsentEntry } from './add-entry.ts';
import type { AttemptEnd } from './exchange.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/**
 * Handles a job that the rate limiter doesn't let start before a time (epoch milliseconds): it is rescheduled for then, which
 * isn't a try and leaves no entry. If that is too late for the deadline, or for the patience of a job with a fallback at another
 * provider, an entry without a request records why the next candidate follows.
 */
export async function holdAtGate(
  dependencies: WorkerDependencies,
  job: OpenJob,
  attempt: Attempt,
  until: number,
): Promise<AttemptEnd> {
  const { catalog, clock, settings, telemetry } = dependencies;
  const { number, candidate, provider, model } = attempt;
  const now = clock.now();
  const isTooLate = until + catalog.timing(attempt).timeoutSeconds * 1000 > job.deadlineAt;
  if (!isTooLate && !prefersFallback(job, candidate, settings.rateLimitPatienceSeconds, until, now)) {
    const seconds = Math.ceil((until - now) / 1000);
    telemetry.record('attempt_held', { jobId: job.id, attempt: number, provider, model, seconds });
    return { next: 'wait', job: { ...job, heldSince: rateLimitedSince(job) ?? now }, until };
  }
  const failure = new ProviderFailure('rate_limited', takesNoMore, { retryAfterSeconds: (until - now) / 1000 });
  return addUnsentEntry(dependencies, job, attempt, failure);
}

const takesNoMore = 'The provider accepts no more requests for now; none was sent for this job.';
