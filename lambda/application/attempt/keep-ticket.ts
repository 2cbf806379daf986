// Polling of asynchronous tasks: stores the provider's task handle in the ledger.

import type { GatewayFailure } from '../../domain/failure.ts';
import type { KeptPlan } from '../../domain/jobs/attempt.ts';
import { boundedPlan } from '../../domain/jobs/kept-plan.ts';
import type { Waiting } from '../../domain/provider.ts';
import type { AttemptEnd, Exchange } from './exchange.ts';
import { reportStoreFailure } from './storage/store-failure.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';
import { leaveAttempt, writeAttempt } from './write-attempt.ts';

/** Images that could not be stored are polled for again after one to two times this. */
const askAgainSeconds = 15;

/** Stores a provider's ticket in the ledger, with the part of the plan that the result reports: polls don't plan again. */
export async function keepTicket(
  dependencies: WorkerDependencies,
  { job, attempt, call }: Exchange,
  { ticket, checkAfterSeconds }: Waiting,
  plan: KeptPlan,
): Promise<AttemptEnd> {
  const raw = job.rawWanted.request ? { raw: { attempt: attempt.number, sides: ['request'] as const } } : {};
  const open = await writeAttempt(dependencies, job, { ...attempt, ticket, plan: boundedPlan(plan), ...raw });
  await call.raw.storeRequest();
  // If this worker was paused in between, the job may have been deleted, and no other check would notice.
  await leaveAttempt(dependencies, open, attempt, call);
  return { next: 'wait', job: open, until: dependencies.clock.now() + checkAfterSeconds * 1000 };
}

/** The provider still has the images: they are polled for again by the ticket, at no further cost. */
export async function askAgainLater(
  dependencies: WorkerDependencies,
  { job, attempt, call }: Exchange,
  failure: GatewayFailure,
): Promise<AttemptEnd> {
  const { clock, random } = dependencies;
  reportStoreFailure(dependencies, job, attempt, failure);
  await leaveAttempt(dependencies, job, attempt, call);
  return { next: 'wait', job, until: clock.now() + askAgainSeconds * (1 + random()) * 1000, heldByStore: true };
}
