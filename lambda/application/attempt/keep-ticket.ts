import type { GatewayFailure } from '../../domain/failure.ts';
import type { KeptPlan } from '../../domain/jobs/attempt.ts';
import type { Waiting } from '../../domain/provider.ts';
import { leaveAttempt, writeAttempt } from './close-attempt.ts';
import type { AttemptEnd, Exchange } from './exchange.ts';
import { reportStoreFailure } from './storage/store-failure.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** Images that the store did not take are polled for again this much later, and up to twice as much. */
const askAgainSeconds = 15;

/** Keeps a provider's ticket in the ledger, with what the result will tell of the request: no poll plans it again. */
export async function keepTicket(
  dependencies: WorkerDependencies,
  { job, attempt, call }: Exchange,
  { ticket, checkAfterSeconds }: Waiting,
  plan: KeptPlan,
): Promise<AttemptEnd> {
  const raw = job.rawWanted.request ? { raw: { attempt: attempt.number, sides: ['request'] as const } } : {};
  const open = await writeAttempt(dependencies, job, { ...attempt, ticket, plan, ...raw });
  await call.raw.storeRequest();
  // A worker that stood still in between may have come after the job's deletion, and nothing else tells of it.
  await leaveAttempt(dependencies, open, attempt, call);
  return { next: 'wait', job: open, until: dependencies.clock.now() + checkAfterSeconds * 1000 };
}

/** The provider has the images still: nothing is paid for again while they can be had once more by the ticket. */
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
