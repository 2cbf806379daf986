import type { Timers } from '../../domain/ports.ts';

/** A signal for work that has so much time. */
export interface TimeLimit {
  /** Fires once the time is over, or as soon as the outer signal does, with that one's reason. */
  readonly signal: AbortSignal;
  /** Whether the time is over. */
  isOver(): boolean;
  /** Stops the timer. The outer signal is still followed: what the work has left running ends with it. */
  close(): void;
}

/**
 * Bounds work by a time in milliseconds and by an outer signal. One controller that listens costs a fraction of
 * `AbortSignal.any`, and isn't kept alive by its own listeners, as the signals of that are.
 */
export function timeLimit(timers: Timers, milliseconds: number, message: string, outer: AbortSignal): TimeLimit {
  const controller = new AbortController();
  let isOver = false;
  const close = timers.after(milliseconds, () => {
    isOver = true;
    controller.abort(new Error(message));
  });
  const follow = (): void => controller.abort(outer.reason);
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true });
  return { signal: controller.signal, isOver: () => isOver, close };
}
