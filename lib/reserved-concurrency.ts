import type { FunctionName } from '../lambda/contract/environment.ts';
import type { Reservations } from './reservations.ts';
import type { StageConfig } from './stage-settings.ts';

/** Concurrent executions that Lambda leaves to functions without a reservation, whatever is asked for. */
export const minUnreserved = 100;

/** Batches of dead letters at a time: they come one by one, so two are plenty. */
export const deadLetterConcurrency = 2;

/** Sweeps at a time: the one of this minute, and one of an earlier minute that is tried again. */
const sweepConcurrency = 2;

/**
 * What functions behind the API may take of the account's concurrency. A caller that waits for an answer, or reads one slowly, leaves
 * the workers theirs, which are set aside for them. A synchronous request is work, too, and holds its execution for longer
 * than others.
 */
const apiShares = {
  'submit-job': 0.15,
  'run-synchronously': 0.1,
  'get-job': 0.15,
  'get-image': 0.05,
  'cancel-job': 0.02,
  'delete-job': 0.02,
  'list-models': 0.02,
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

/** Whether a function of a stage is ever invoked: without synchronous routes theirs is not. */
export const isCalled = (
  { synchronousSeconds }: Pick<StageConfig, 'synchronousSeconds'>,
  name: FunctionName,
): boolean => name !== 'run-synchronously' || synchronousSeconds > 0;

/** Executions that are set aside in all. */
export const sumOf = (reserved: Reservations): number => Object.values(reserved).reduce((sum, count) => sum + count, 0);

/** Whether the account can set aside what the stage asks for, beside what Lambda keeps. */
export const fitsAccount = (stage: ReservingStage): boolean =>
  sumOf(reservationsOf(stage)) <= Math.max(0, stage.accountConcurrency - minUnreserved);

/** The smallest `accountConcurrency`, from the stage's own up, that can set aside what it asks for: shares grow with it. */
export function minAccountFor(stage: ReservingStage): number {
  let { accountConcurrency } = stage;
  while (!fitsAccount({ ...stage, accountConcurrency })) accountConcurrency += 1;
  return accountConcurrency;
}
