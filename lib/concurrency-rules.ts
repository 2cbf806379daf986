import { type FunctionName, functionNames } from '../lambda/contract/environment.ts';
import { servedRoutes } from '../lambda/contract/routes.ts';
import { synchronousTimeoutSeconds } from './function-shapes.ts';
import type { Reservations } from './reservations.ts';
import {
  deadLetterConcurrency,
  fitsAccount,
  isCalled,
  minAccountFor,
  minUnreserved,
  reservationsOf,
  sumOf,
  workerConcurrency,
} from './reserved-concurrency.ts';
import type { StageConfig } from './stage-settings.ts';

/** What works on jobs rather than for a caller, with the least that it needs at a time. */
const needs = (stage: StageConfig): Readonly<Partial<Record<FunctionName, number>>> => ({
  'process-job': workerConcurrency(stage),
  'handle-dead-letter': deadLetterConcurrency,
  'sweep-jobs': 1,
});

/** The least that the functions behind the API can do with between them. */
const minApiExecutions = 3;

/** The functions that may hold an answer back for `Prefer: wait`. */
export const waitingFunctions = ['submit-job', 'get-job'] as const satisfies readonly FunctionName[];

/** For how many seconds a caller may hold an execution of a function by waiting for its answer. */
const holdingSeconds = (stage: StageConfig): Readonly<Partial<Record<FunctionName, number>>> => ({
  ...Object.fromEntries(waitingFunctions.map((name) => [name, stage.waitSeconds])),
  'run-synchronously': stage.synchronousSeconds === 0 ? 0 : synchronousTimeoutSeconds(stage),
});

/**
 * A sentence for each way in which a stage needs more reserved concurrency than its account has, or leaves the workers
 * too little.
 */
export function brokenConcurrency(stage: StageConfig): readonly string[] {
  const { reservedConcurrency: setting } = stage;
  const reserved = reservationsOf(stage);
  const senseless = Object.entries(reserved).filter(([name, count]) => !isReservation(name, count));
  if (senseless.length > 0 || (typeof setting === 'string' && !['shares', 'none'].includes(setting))) {
    return [
      `reservedConcurrency must be 'shares', 'none', or a whole number from 1 for each named function of ${functionNames.join(', ')}.`,
    ];
  }
  if (reserved['run-synchronously'] !== undefined && !isCalled(stage, 'run-synchronously')) {
    return [
      'reservedConcurrency reserves executions for run-synchronously, which is never invoked with synchronousSeconds 0.',
    ];
  }
  if (!fitsAccount(stage)) return [tooMuch(stage, reserved)];
  return [...tooSmall(stage, reserved), ...tooLittleLeft(stage, reserved)];
}

const isReservation = (name: string, count: number): boolean =>
  functionNames.some((known) => known === name) && Number.isInteger(count) && count >= 1;

function tooMuch(stage: StageConfig, reserved: Reservations): string {
  const account = stage.accountConcurrency;
  if (account <= minUnreserved) {
    const { 'process-job': workers = 0, ...others } = needs(stage);
    const room = account - minApiExecutions - sumOf(others);
    return `With an accountConcurrency of ${account} nothing can be reserved, because Lambda keeps ${minUnreserved} executions for functions without a reservation: set reservedConcurrency to 'none'. With waitSeconds 0 and synchronousSeconds 0 the account then has room for a maximumConcurrency and a slowConcurrency of ${room} together, and these are ${workers}; better ask AWS for a quota of 1,000 first.`;
  }
  const parts = Object.entries(reserved).map(([name, count]) => `${name} ${count}`);
  return `reservedConcurrency adds up to ${sumOf(reserved)} (${parts.join(', ')}), and Lambda keeps ${minUnreserved} executions for functions without a reservation: accountConcurrency (${account}) must be at least ${minAccountFor(stage)}. Lower maximumConcurrency or slowConcurrency, set synchronousSeconds to 0, which needs nothing set aside for synchronous requests, or reserve less ('none' with waitSeconds 0 and synchronousSeconds 0 needs the smallest account), or ask AWS for a higher quota.`;
}

/**
 * Lambda's pollers ignore reserved concurrency: they receive as many messages as their mapping allows, started or not.
 */
const tooSmall = (stage: StageConfig, reserved: Reservations): readonly string[] =>
  Object.entries(needs(stage)).flatMap(([name, needed]) => {
    const count = reserved[name as FunctionName];
    if (count === undefined || count >= needed) return [];
    const why = name === 'process-job' ? 'maximumConcurrency plus slowConcurrency: ' : '';
    return `reservedConcurrency for ${name} (${count}) must be at least ${why}${needed}, or the queue delivers messages that no worker can be started for.`;
  });

/** What has no reservation and needs room all the same, with the least that it needs at a time. */
function unreservedNeeds(
  stage: StageConfig,
  reserved: Reservations,
): readonly (readonly [name: string, count: number])[] {
  const isFree = (name: FunctionName) => reserved[name] === undefined;
  const working = Object.entries(needs(stage)).filter(([name]) => isFree(name as FunctionName));
  const isApiFree = servedRoutes(stage).some((route) => isFree(route.function));
  return isApiFree ? [...working, ['the API', minApiExecutions]] : working;
}

/** Executions that are left without a reservation beside what needs them; below 0 where they don't suffice. */
export function spareExecutions(stage: StageConfig): number {
  const reserved = reservationsOf(stage);
  const needed = unreservedNeeds(stage, reserved).reduce((sum, [, count]) => sum + count, sumOf(reserved));
  return stage.accountConcurrency - needed;
}

/**
 * What has no reservation shares the rest of the account, and what waits for callers must not be able to take all of
 * it.
 */
function tooLittleLeft(stage: StageConfig, reserved: Reservations): readonly string[] {
  const spare = spareExecutions(stage);
  if (spare < 0) {
    const left = stage.accountConcurrency - sumOf(reserved);
    const parts = unreservedNeeds(stage, reserved).map(([name, count]) => `${name} ${count}`);
    return [
      `The account's concurrency is too low: ${left} executions are left without a reservation, and at least ${left - spare} are needed (${parts.join(', ')}). Lower maximumConcurrency or slowConcurrency, or ask AWS for a quota above accountConcurrency (${stage.accountConcurrency}).`,
    ];
  }
  const held = Object.entries(holdingSeconds(stage))
    .filter(([name]) => reserved[name as FunctionName] === undefined)
    .map(([name, seconds]) => ({ name, seconds, executions: executionsHeld(stage, name, seconds) }))
    .filter(({ executions }) => executions > 0);
  const waiting = held.reduce((sum, { executions }) => sum + executions, 0);
  if (waiting <= spare) return [];
  const parts = held.map(({ name, seconds }) => `${seconds} s of ${name}`);
  const names = held.map(({ name }) => name);
  const advice = [
    ...(names.some((name) => name !== 'run-synchronously') ? [`lower waitSeconds (${stage.waitSeconds})`] : []),
    ...(names.includes('run-synchronously') ? ['set synchronousSeconds to 0'] : []),
    'lower the throttle',
    `reserve concurrency for ${names.join(' and ')}, which is a ceiling too`,
  ];
  return [
    `Waiting callers could hold ${waiting} executions (${parts.join(', ')}, times throttle.ratePerSecond for each method), and ${spare} are left beside the workers: ${advice.join(', or ')}.`,
  ];
}

/** API Gateway throttles each method by itself. */
const executionsHeld = (stage: StageConfig, name: string, seconds: number): number =>
  Math.ceil(
    servedRoutes(stage).filter((route) => route.function === name).length * stage.throttle.ratePerSecond * seconds,
  );
