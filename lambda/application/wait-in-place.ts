import type { Clock, Timers } from '../domain/ports.ts';
import { sleep } from './sleep.ts';

/** A wait through the queue costs some seconds itself: what is shorter than this is waited for where one is. */
const maxSecondsInPlace = 5;

interface WaitInPlaceDependencies {
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * Waits until a time (epoch ms) within the worker, whose heartbeat goes on, and is true after it, or as soon as the job is
 * lost. False, at once, where the wait is a long one, or where the function would have no time left for what comes after
 * it, which takes `nextSeconds`.
 */
export async function waitInPlace(
  { clock, timers }: WaitInPlaceDependencies,
  until: number,
  { nextSeconds, secondsLeft }: { readonly nextSeconds: number; readonly secondsLeft: number },
  lost: AbortSignal,
): Promise<boolean> {
  const waitSeconds = (until - clock.now()) / 1000;
  if (waitSeconds > maxSecondsInPlace || waitSeconds + nextSeconds > secondsLeft) return false;
  await sleep(timers, waitSeconds * 1000, lost);
  return true;
}
