import type { Job, JobOrder } from '../../domain/jobs/job.ts';
import { spendsOf } from '../../domain/jobs/spending.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import type { UsageStore } from '../../domain/usage/usage-store.ts';

export interface ReservationDependencies {
  readonly usage: Pick<UsageStore, 'settle'>;
  readonly telemetry: Telemetry;
}

export interface RefundDependencies {
  readonly usage: Pick<UsageStore, 'refund'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

type Reserved = Pick<JobOrder, 'id' | 'owner' | 'submissionNonce' | 'createdAt'>;

/**
 * Ends the reservation of a job that has ended and whose ledger is closed: its owner's usage counts what the job has spent instead
 * of what was reserved. Throws nothing: if it fails, the sweep does it.
 */
export function settleReservation({ usage, telemetry }: ReservationDependencies, job: Job): Promise<void> {
  const { owner, submissionNonce: nonce, createdAt: at } = job;
  return orLeaveIt(usage.settle(owner, { nonce, at }, spendsOf(job)), telemetry, job);
}

/** Ends the reservation of a submission of which nothing was accepted, and counts it no more. Throws nothing. */
export function refundReservation({ usage, clock, telemetry }: RefundDependencies, order: Reserved): Promise<void> {
  const { owner, submissionNonce: nonce, createdAt: at } = order;
  return orLeaveIt(usage.refund(owner, { nonce, at }, clock.now()), telemetry, order);
}

async function orLeaveIt(ending: Promise<boolean>, telemetry: Telemetry, { id, owner }: Reserved): Promise<void> {
  await ending.catch((error: unknown) => {
    telemetry.record('reservation_not_ended', { jobId: id, owner }, error);
  });
}
