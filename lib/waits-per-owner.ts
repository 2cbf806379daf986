import type { FunctionName } from '../lambda/contract/environment.ts';
import { spareExecutions, waitingFunctions } from './concurrency-rules.ts';
import { reservationsOf } from './reserved-concurrency.ts';
import type { StageConfig } from './stage-config.ts';

/** An owner's waits are one item, which each of them writes twice: so many keep it near 10 KB. */
export const maxCountedWaits = 200;

/** Callers of one owner that a stage lets wait at a time: at least one. */
export function maxWaitsOf(stage: StageConfig): number {
  if (stage.maxWaitsPerOwner !== 'one_third') return stage.maxWaitsPerOwner;
  return Math.max(1, Math.min(maxCountedWaits, Math.floor(waitRoomOf(stage) / 3)));
}

/** Synchronous requests of one owner that a stage lets be under way: at least one. */
export function maxSynchronousOf(stage: StageConfig): number {
  if (stage.maxSynchronousPerOwner !== 'one_third') return stage.maxSynchronousPerOwner;
  const room = reservationsOf(stage)['run-synchronously'] ?? spareExecutions(stage);
  return Math.max(1, Math.min(maxCountedWaits, Math.floor(room / 3)));
}

/** A sentence where one owner's waits could take a function from all others; for a stage whose concurrency suffices. */
export function brokenWaits(stage: StageConfig): readonly string[] {
  const room = waitRoomOf(stage);
  const max = Math.floor((room * 4) / 5);
  if (stage.waitSeconds === 0 || maxWaitsOf(stage) <= max) return [];
  return [
    `maxWaitsPerOwner comes to ${maxWaitsOf(stage)}, and ${waitingFunctions.join(' or ')} may run ${room} at a time: ${max} is the most that leaves other owners room. Lower maxWaitsPerOwner, reserve more for ${waitingFunctions.join(' and ')}, or set waitSeconds to 0.`,
  ];
}

/** Executions at a time of that function with the fewest which may wait: its ceiling, or else what is to spare. */
function waitRoomOf(stage: StageConfig): number {
  const reserved = reservationsOf(stage);
  const roomOf = (name: FunctionName) => reserved[name] ?? spareExecutions(stage);
  return Math.min(...waitingFunctions.map(roomOf));
}
