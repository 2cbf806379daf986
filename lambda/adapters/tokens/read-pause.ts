import type { Clock } from '../../domain/ports.ts';

/** How long not to read again what was read in vain: twice as long after each such reading. */
export interface ReadPause {
  /** Seconds until the next reading may begin; 0 where it may at once. */
  secondsLeft(): number;
  /** To be called when a reading was in vain. */
  lengthen(): void;
  /** To be called when a read has found what was needed. */
  reset(): void;
}

const firstSeconds = 1;
const maxSeconds = 60;

/** A pause of 0 s to begin with, then 1, 2, 4 … 60. */
export function createReadPause(clock: Clock): ReadPause {
  let seconds = 0;
  let endsAt = Number.NEGATIVE_INFINITY;
  return {
    secondsLeft: () => Math.max(0, (endsAt - clock.now()) / 1000),
    lengthen() {
      seconds = seconds === 0 ? firstSeconds : Math.min(2 * seconds, maxSeconds);
      endsAt = clock.now() + seconds * 1000;
    },
    reset() {
      seconds = 0;
      endsAt = Number.NEGATIVE_INFINITY;
    },
  };
}
