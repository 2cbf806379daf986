import type { Timers } from '../../domain/ports.ts';

/** Waits. True after the time, false as soon as the signal fires, which ends the timer too. */
export function sleep(timers: Timers, milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const aborted = () => {
      cancel();
      resolve(false);
    };
    const cancel = timers.after(milliseconds, () => {
      signal?.removeEventListener('abort', aborted);
      resolve(true);
    });
    signal?.addEventListener('abort', aborted, { once: true });
  });
}
