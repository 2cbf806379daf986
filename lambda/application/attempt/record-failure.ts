// Failure classification: outcome, charge, exponential backoff with jitter, key cooldown.

import { type FailureKind, GatewayFailure, type ProviderFailure } from '../../domain/failure.ts';
import { type Attempt, countOf } from '../../domain/jobs/attempt.ts';
import { keptFailure } from '../../domain/jobs/bounded-answer.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import { backoffSeconds } from '../../domain/jobs/next-step.ts';
import { chargeOf } from '../../domain/money/refusal-charge.ts';
import type { Catalog } from '../../domain/ports.ts';
import type { ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import { drawConsequences, type KeyRefusalDependencies } from '../rate-limiter/key-refusal.ts';
import { closedByStore } from './storage/store-failure.ts';

export interface RecordFailureDependencies extends KeyRefusalDependencies {
  readonly catalog: Pick<Catalog, 'price'>;
}

/** Kinds after which the same candidate is retried, with backoff. */
const repeatable: readonly FailureKind[] = ['rate_limited', 'overloaded'];

/** A ledger entry closed with its failure, and what the next step needs to know. `key` is absent if no request was sent. */
export async function recordFailure(
  dependencies: RecordFailureDependencies,
  job: OpenJob,
  attempt: Attempt,
  failure: ProviderFailure | GatewayFailure,
  key?: ProviderKey,
): Promise<Attempt> {
  if (failure instanceof GatewayFailure) return closedByStore(dependencies, job, attempt, failure);
  const { clock, random, telemetry } = dependencies;
  const endedAt = clock.now();
  const billed = chargeOf(failure, dependencies.catalog.price(attempt));
  const before = job.attempts.filter((each) => each.candidate === attempt.candidate && each.outcome === failure.kind);
  const failuresBefore = before.reduce((sum, each) => sum + countOf(each), 0);
  // A gate may stay closed for longer than the usual maximum, so the backoff from it may be longer, too.
  const maxSeconds = failure.kind === 'rate_limited' ? dependencies.maxClosedSeconds : undefined;
  const backoff = backoffSeconds(failuresBefore + 1, random(), maxSeconds);
  telemetry.record(
    'attempt_failed',
    {
      jobId: job.id,
      attempt: attempt.number,
      provider: attempt.provider,
      model: attempt.model,
      kind: failure.kind,
      statusCode: failure.statusCode,
      billed,
      key: key?.digest,
    },
    failure.cause,
  );
  const verdict = key ? await drawConsequences(dependencies, job, attempt, failure, key, backoff) : {};
  return {
    ...attempt,
    outcome: failure.kind,
    billed,
    endedAt,
    ...keptFailure(failure, job.attempts),
    ...(repeatable.includes(failure.kind)
      ? { retryAt: endedAt + Math.max(failure.retryAfterSeconds ?? 0, backoff) * 1000 }
      : {}),
    ...verdict,
  };
}
