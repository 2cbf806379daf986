import { isLiving } from '../../domain/answers/known-answer.ts';
import type { KnownAnswers } from '../../domain/answers/known-answers.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';

export interface KnownAnswerDependencies {
  readonly answers: Pick<KnownAnswers, 'find'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * Whether there is an answer to a job already, so that it costs nothing. The worker looks again: an answer may be gone by then.
 * Throws nothing: if the table of answers fails, there is none.
 */
export async function hasKnownAnswer(
  { answers, clock, telemetry }: KnownAnswerDependencies,
  { id: jobId, owner, cache }: JobOrder,
): Promise<boolean> {
  if (cache === undefined) return false;
  try {
    return isLiving(await answers.find(cache.id), clock.now());
  } catch (error) {
    telemetry.record('answers_unavailable', { jobId, owner }, error);
    return false;
  }
}

/** The caller of a job that costs nothing: of its limits, only that of open jobs applies. */
export const unlimited = (caller: Caller): Caller => ({
  ...caller,
  limits: { ...caller.limits, rateLimits: [], budgets: [] },
});
