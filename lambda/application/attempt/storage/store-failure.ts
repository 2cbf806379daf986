// Failures of the gateway's own S3 bucket: `not_sent` and `not_stored`.

import { GatewayFailure, type GatewayFailureKind } from '../../../domain/failure.ts';
import type { Attempt } from '../../../domain/jobs/attempt.ts';
import type { JobOrder } from '../../../domain/jobs/job.ts';
import { backoffSeconds } from '../../../domain/jobs/next-step.ts';
import type { Clock } from '../../../domain/ports.ts';
import type { EventCode, Telemetry } from '../../../domain/telemetry.ts';

interface StoreFailureDependencies {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

/** The provider delivered, and charged, but its images could not be stored. */
export const notStored = (cause: unknown): GatewayFailure =>
  new GatewayFailure('not_stored', "The gateway could not store the provider's images.", cause);

/** The provider didn't get the whole request, and so did nothing; the store may return the inputs next time. */
export const notSent = (cause: unknown): GatewayFailure =>
  new GatewayFailure('not_sent', 'The gateway could not read the inputs of the request from its store.', cause);

const events = { not_sent: 'inputs_not_read', not_stored: 'results_not_stored' } as const satisfies Record<
  GatewayFailureKind,
  EventCode
>;

/** Reports a store that failed a job's request, or still does. */
export function reportStoreFailure(
  { telemetry }: Pick<StoreFailureDependencies, 'telemetry'>,
  job: Pick<JobOrder, 'id'>,
  { number: attempt, provider, model }: Attempt,
  { kind, billed, cause }: GatewayFailure,
): void {
  // Without the provider's dimension: it isn't its failure.
  telemetry.record(events[kind], { jobId: job.id, attempt, asked: `${provider}/${model}`, billed }, cause);
}

/** A ledger entry closed by a failure of the store: it blames no provider, and closes no gate. */
export function closedByStore(
  dependencies: StoreFailureDependencies,
  job: JobOrder,
  attempt: Attempt,
  failure: GatewayFailure,
): Attempt {
  reportStoreFailure(dependencies, job, attempt, failure);
  const { kind: outcome, billed, message } = failure;
  const endedAt = dependencies.clock.now();
  const retryAt = endedAt + backoffSeconds(1, dependencies.random()) * 1000;
  return { ...attempt, outcome, billed, endedAt, message, retryAt };
}
