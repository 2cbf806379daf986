import { clockSkewSeconds } from '../../domain/jobs/transitions.ts';
import type { Clock, JobIds, Timers } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import type { WaitSlots } from '../../domain/usage/wait-slots.ts';
import { within } from '../timing/within.ts';

export interface WaitSlotDependencies {
  readonly waits: WaitSlots;
  readonly ids: Pick<JobIds, 'random'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
}

/** A wait that is about to begin. */
export interface PlannedWait {
  /** Who waits. */
  readonly owner: string;
  readonly jobId: string;
  /** When the wait is over at the latest (epoch ms). */
  readonly until: number;
  /** When the function that waits has ended for sure (epoch ms). */
  readonly functionEndsAt: number;
  /**
   * Timeouts of the store of waits.
   * @default - as briefly as an answer that is held back allows
   */
  readonly patience?: SlotPatience;
}

/** Timeouts of the store of waits, for taking a slot and for releasing it, in milliseconds. */
export interface SlotPatience {
  /** No longer than the wait itself: that is time in which its caller would have waited. */
  readonly maxEnterMilliseconds: number;
  readonly maxLeaveMilliseconds: number;
}

/** Without a slot the answer comes at once, and a caller waits for the release of one. */
const heldAnswer: SlotPatience = { maxEnterMilliseconds: 3000, maxLeaveMilliseconds: 1000 };

/**
 * Waits where the owner has a slot left, and gives the slot back. Undefined, at once, where the owner has none, or where the
 * store of waits doesn't say: an uncounted wait could be one too many. Throws what `wait` throws, and nothing else.
 */
export async function withWaitSlot<Value>(
  dependencies: WaitSlotDependencies,
  planned: PlannedWait,
  wait: () => Promise<Value>,
): Promise<Value | undefined> {
  const leave = await takeWaitSlot(dependencies, planned);
  if (!leave) return undefined;
  try {
    return await wait();
  } finally {
    await leave();
  }
}

/**
 * Takes a slot for a wait, and gives what gives it back, which throws nothing. Undefined where the owner has none left, or where the
 * store of waits doesn't say.
 */
export async function takeWaitSlot(
  dependencies: WaitSlotDependencies,
  planned: PlannedWait,
): Promise<(() => Promise<void>) | undefined> {
  const waitId = dependencies.ids.random();
  if (!(await enter(dependencies, planned, waitId))) return undefined;
  return () => leave(dependencies, planned, waitId);
}

async function enter(dependencies: WaitSlotDependencies, planned: PlannedWait, waitId: string): Promise<boolean> {
  const { waits, clock, telemetry } = dependencies;
  const { owner, jobId, until, functionEndsAt, patience = heldAnswer } = planned;
  // A function that looks for waits that are over may have a clock that is ahead.
  const countsUntil = functionEndsAt + clockSkewSeconds * 1000;
  const milliseconds = Math.min(patience.maxEnterMilliseconds, until - clock.now());
  const entered = await told(dependencies, planned, waits.enter(owner, waitId, countsUntil), milliseconds);
  if (entered === false) telemetry.record('wait_refused', { owner, jobId });
  return entered ?? false;
}

/** A slot that can't be released is free when the function would have ended. */
async function leave(dependencies: WaitSlotDependencies, planned: PlannedWait, waitId: string): Promise<void> {
  const left = dependencies.waits.leave(planned.owner, waitId).then(() => true);
  await told(dependencies, planned, left, (planned.patience ?? heldAnswer).maxLeaveMilliseconds);
}

/** What the store says in time; undefined, with a line in the log, where it doesn't. */
async function told(
  { timers, telemetry }: WaitSlotDependencies,
  { owner, jobId }: PlannedWait,
  asked: Promise<boolean>,
  milliseconds: number,
): Promise<boolean | undefined> {
  const answer = await within(timers, milliseconds, asked).catch((error: unknown) => error as Error);
  if (typeof answer === 'boolean') return answer;
  telemetry.record(
    'wait_not_told',
    { owner, jobId },
    answer ?? new Error('The store of waits did not answer in time.'),
  );
  return undefined;
}
