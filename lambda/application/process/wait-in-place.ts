import type { Clock, Timers } from '../../domain/ports.ts';
import { sleep } from '../timing/sleep.ts';

interface WaitInPlaceDependencies {
  readonly clock: Clock;
  readonly timers: Timers;
}

/** What bounds a wait within a function, in seconds. */
export interface PlaceTime {
  /** The longest wait that is worth it. */
  readonly maxSeconds: number;
  /** What comes after the wait takes so long. */
  readonly nextSeconds: number;
  /** What is left of the function. */
  readonly secondsLeft: number;
}

/**
 * Waits until a time (epoch ms) within the function, whose heartbeat goes on, and is true after it, or as soon as the job is
 * lost. False, at once, where the wait is too long, or where the function would have no time left for what comes after it.
 */
export async function waitInPlace(
  { clock, timers }: WaitInPlaceDependencies,
  until: number,
  { maxSeconds, nextSeconds, secondsLeft }: PlaceTime,
  lost: AbortSignal,
): Promise<boolean> {
  const waitSeconds = (until - clock.now()) / 1000;
  if (waitSeconds > maxSeconds || waitSeconds + nextSeconds > secondsLeft) return false;
  await sleep(timers, waitSeconds * 1000, lost);
  return true;
}
