import type { Timers } from '../domain/ports.ts';

/** Timers of the event loop. */
export const systemTimers: Timers = {
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
