// In-process backoff: waits inside the function if that is cheaper than a wait through the queue.

import type { Clock, Timers } from '../../domain/ports.ts';
import { sleep } from '../timing/sleep.ts';

interface WaitInPlaceDependencies {
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Bounds of a wait in place, in seconds. */
export interface PlaceTime {
  /** Maximum wait. */
  readonly maxSeconds: number;
  /** Time to reserve for the step after the wait. */
  readonly nextSeconds: number;
  /** Remaining time of the function. */
  readonly secondsLeft: number;
}

/**
 * Waits until a time (epoch ms) while the heartbeat continues; true after it, or as soon as the job is lost. False immediately if
 * the wait is too long, or if the function would have no time left for the next step.
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
