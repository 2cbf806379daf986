import type { Attempt } from '../domain/attempt.ts';
import type { FailureKind, ProviderFailure } from '../domain/failure.ts';
import type { OpenJob } from '../domain/job.ts';
import { backoffSeconds } from '../domain/next-step.ts';
import type { Clock, ProviderKeys, Telemetry } from '../domain/ports.ts';

export interface FailedAttemptDependencies {
  readonly clock: Clock;
  readonly keys: ProviderKeys;
  readonly telemetry: Telemetry;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
}

/** Kinds after which the same candidate is asked again, later. */
const repeatable: readonly FailureKind[] = ['rate_limited', 'overloaded'];

/** A ledger entry closed with its failure, and with what the next step needs to know of it. `apiKey` is empty where none was used. */
export async function failedAttempt(
  { clock, random, keys, telemetry }: FailedAttemptDependencies,
  job: OpenJob,
  attempt: Attempt,
  failure: ProviderFailure,
  apiKey: string,
): Promise<Attempt> {
  const endedAt = clock.now();
  const before = job.attempts.filter((each) => each.candidate === attempt.candidate && each.outcome === failure.kind);
  const backoff = backoffSeconds(before.length + 1, random());
  const keyRenewed = failure.kind === 'auth' && apiKey !== '' && (await isRenewed());

  /** What is known of the request is worth more than a fresh key: a store of keys that is down is no reason to lose it. */
  async function isRenewed(): Promise<boolean> {
    return keys.renewed(attempt.provider, apiKey).catch((error: unknown) => {
      telemetry.record('provider_keys_stale', { provider: attempt.provider }, error);
      return false;
    });
  }

  telemetry.record(
    'attempt_failed',
    {
      jobId: job.id,
      attempt: attempt.number,
      provider: attempt.provider,
      model: attempt.model,
      kind: failure.kind,
      statusCode: failure.statusCode,
      billed: failure.billed,
    },
    failure.cause,
  );
  return {
    ...attempt,
    outcome: failure.kind,
    billed: failure.billed,
    endedAt,
    message: failure.message,
    ...(repeatable.includes(failure.kind)
      ? { retryAt: endedAt + Math.max(failure.retryAfterSeconds ?? 0, backoff) * 1000 }
      : {}),
    ...(failure.statusCode === undefined ? {} : { statusCode: failure.statusCode }),
    ...(failure.param === undefined ? {} : { param: failure.param }),
    ...(keyRenewed ? { keyRenewed } : {}),
  };
}
