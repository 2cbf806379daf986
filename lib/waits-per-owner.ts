import type { FunctionName } from '../lambda/contract/environment.ts';
import { spareExecutions, waitingFunctions } from './concurrency-rules.ts';
import { reservationsOf } from './reserved-concurrency.ts';
import type { StageConfig } from './stage-settings.ts';

/** An owner's waits are one item, which each of them writes twice: so many keep it near 10 KB. */
export const maxCountedWaits = 200;

/** Callers of one owner that a stage lets wait at a time: at least one. */
export function maxWaitsOf(stage: StageConfig): number {
  if (stage.maxWaitsPerOwner !== 'one_third') return stage.maxWaitsPerOwner;
  return oneThird(roomOf(stage, waitingFunctions));
}

/** Synchronous requests of one owner that a stage lets be under way: at least one. */
export function maxSynchronousOf(stage: StageConfig): number {
  if (stage.maxSynchronousPerOwner !== 'one_third') return stage.maxSynchronousPerOwner;
  return oneThird(roomOf(stage, ['run-synchronously']));
}

const oneThird = (room: number): number => Math.max(1, Math.min(maxCountedWaits, Math.floor(room / 3)));

/** Answers that one owner may have held back at a time, and what turns the holding off. */
interface HeldAnswers {
  readonly functions: readonly FunctionName[];
  readonly setting: 'maxWaitsPerOwner' | 'maxSynchronousPerOwner';
  readonly max: number;
  readonly switch: 'waitSeconds' | 'synchronousSeconds';
}

/**
 * A sentence where one owner's waits, or its synchronous requests, could take a function from all others; for a stage
 * whose concurrency suffices.
 */
export const brokenWaits = (stage: StageConfig): readonly string[] => [
  ...brokenShare(stage, {
    functions: waitingFunctions,
    setting: 'maxWaitsPerOwner',
    max: maxWaitsOf(stage),
    switch: 'waitSeconds',
  }),
  ...brokenShare(stage, {
    functions: ['run-synchronously'],
    setting: 'maxSynchronousPerOwner',
    max: maxSynchronousOf(stage),
    switch: 'synchronousSeconds',
  }),
];

function brokenShare(stage: StageConfig, held: HeldAnswers): readonly string[] {
  const room = roomOf(stage, held.functions);
  const max = Math.floor((room * 4) / 5);
  if (stage[held.switch] === 0 || held.max <= max) return [];
  return [
    `${held.setting} is ${held.max}, and ${held.functions.join(' or ')} may run ${room} at a time: the maximum is ${max}, which leaves room for other owners. Lower ${held.setting}, reserve more for ${held.functions.join(' and ')}, or set ${held.switch} to 0.`,
  ];
}

/** Executions at a time of that function with the fewest: its ceiling, or else what is to spare. */
function roomOf(stage: StageConfig, functions: readonly FunctionName[]): number {
  const reserved = reservationsOf(stage);
  return Math.min(...functions.map((name) => reserved[name] ?? spareExecutions(stage)));
}
