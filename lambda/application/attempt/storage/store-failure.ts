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

/** The provider has delivered, and so was paid, but the store did not take its images. */
export const notStored = (cause: unknown): GatewayFailure =>
  new GatewayFailure('not_stored', "The gateway could not store the provider's images.", cause);

/** A provider that didn't get the whole request has done nothing; the store may give the inputs the next time. */
export const notSent = (cause: unknown): GatewayFailure =>
  new GatewayFailure('not_sent', 'The gateway could not read the inputs of the request from its store.', cause);

const events = { not_sent: 'inputs_not_read', not_stored: 'results_not_stored' } as const satisfies Record<
  GatewayFailureKind,
  EventCode
>;

/** Tells the operator of a store that failed a job's request, or still does. */
export function reportStoreFailure(
  { telemetry }: Pick<StoreFailureDependencies, 'telemetry'>,
  job: Pick<JobOrder, 'id'>,
  { number: attempt, provider, model }: Attempt,
  { kind, billed, cause }: GatewayFailure,
): void {
  // Not counted by provider: it is none's failure.
  telemetry.record(events[kind], { jobId: job.id, attempt, asked: `${provider}/${model}`, billed }, cause);
}

/** A ledger entry that the store failed: it blames no provider, and closes no gate. */
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
