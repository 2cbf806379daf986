import type { FunctionName } from '../lambda/contract/environment.ts';
import type { Reservations } from './reservations.ts';
import type { StageConfig } from './stage-settings.ts';

/** Unreserved concurrency: executions that Lambda always keeps for functions without a reservation. */
export const minUnreserved = 100;

/** Concurrent batches of dead letters: they are rare, so two are plenty. */
export const deadLetterConcurrency = 2;

/** Concurrent sweeps: the one of this minute, and a retry of an earlier minute. */
const sweepConcurrency = 2;

/**
 * Reserved concurrency as a bulkhead: the shares of the account's concurrency for functions behind the API. Callers
 * that wait for an answer, or read one slowly, can't take the workers' share, which is reserved. A synchronous request
 * runs a job, too, and occupies its execution for longer than others.
 */
const apiShares = {
  'submit-job': 0.15,
  'run-synchronously': 0.1,
  'get-job': 0.15,
  'list-jobs': 0.01,
  'get-image': 0.05,
  'cancel-job': 0.02,
  'delete-job': 0.02,
  'delete-answer': 0.01,
  'list-models': 0.01,
  'show-usage': 0.01,
  'manage-files': 0.02,
  'manage-keys': 0.01,
  'serve-site': 0.02,
} as const satisfies Reservations;

/** Worker invocations that the two queues may run at a time. */
export const workerConcurrency = ({
  maximumConcurrency,
  slowConcurrency,
}: Pick<StageConfig, 'maximumConcurrency' | 'slowConcurrency'>): number => maximumConcurrency + slowConcurrency;

/** The settings that say what is set aside. */
type ReservingStage = Pick<
  StageConfig,
  'accountConcurrency' | 'reservedConcurrency' | 'maximumConcurrency' | 'slowConcurrency' | 'synchronousSeconds'
>;

/** What is set aside for each function of a stage; a function that isn't named shares what is left of the account. */
export function reservationsOf(stage: ReservingStage): Reservations {
  if (stage.reservedConcurrency === 'none') return {};
  if (stage.reservedConcurrency !== 'shares') return stage.reservedConcurrency;
  const shares = Object.entries(apiShares)
    .filter(([name]) => isCalled(stage, name as FunctionName))
    .map(([name, share]) => [name, Math.max(1, Math.floor(share * stage.accountConcurrency))]);
  return {
    ...(Object.fromEntries(shares) as Reservations),
    'process-job': workerConcurrency(stage),
    'handle-dead-letter': deadLetterConcurrency,
    'sweep-jobs': sweepConcurrency,
  };
}

/** Whether a stage uses a function: without synchronous routes it doesn't use theirs. */
export const isCalled = (
  { synchronousSeconds }: Pick<StageConfig, 'synchronousSeconds'>,
  name: FunctionName,
): boolean => name !== 'run-synchronously' || synchronousSeconds > 0;

/** Executions that are set aside in all. */
export const sumOf = (reserved: Reservations): number => Object.values(reserved).reduce((sum, count) => sum + count, 0);

/** Whether the account has enough concurrency for the stage's reservations, besides the unreserved part. */
export const fitsAccount = (stage: ReservingStage): boolean =>
  sumOf(reservationsOf(stage)) <= Math.max(0, stage.accountConcurrency - minUnreserved);

/**
 * The smallest `accountConcurrency`, from the stage's own up, that is enough for its reservations: shares grow with it.
 */
export function minAccountFor(stage: ReservingStage): number {
  let { accountConcurrency } = stage;
  while (!fitsAccount({ ...stage, accountConcurrency })) accountConcurrency += 1;
  return accountConcurrency;
}
