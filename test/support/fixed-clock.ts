import type { Clock } from '../../lambda/domain/ports.ts';

/** A clock that stands still until a test moves it. */
export interface FixedClock extends Clock {
  advance(seconds: number): void;
  set(epochMilliseconds: number): void;
}

/** Starts at the given time, or at one that tests can do sums with. */
export function createFixedClock(start = Date.UTC(2026, 10, 20, 12)): FixedClock {
  let now = start;
  return {
    now: () => now,
    advance: (seconds) => {
      now += seconds * 1000;
    },
    set: (epochMilliseconds) => {
      now = epochMilliseconds;
    },
  };
}
