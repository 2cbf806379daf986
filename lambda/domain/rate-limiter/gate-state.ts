import type { Turns } from './fair-share.ts';
import type { LearnedRate, StartGroup } from './gate-rate.ts';
import type { RecentDurations } from './recent-durations.ts';

/**
 * What is known of a provider's limits for one key, or for one model with it: plain JSON, small whatever happens. Times
 * are epoch milliseconds.
 */
export interface GateState {
  /** When the next start would be due if starts came evenly. */
  readonly nextAt: number;
  /** No request starts before: the provider has answered 429. */
  readonly closedUntil: number;
  /** A probe was let through, and until then the others wait for its outcome; 0 where none is under way. */
  readonly probeUntil: number;
  /** Closings in a row, each after the first because a probe was refused; 0 once the provider has taken a probe. */
  readonly refusals: number;
  /** When the refusal came that the last closing began with; 0 for never. */
  readonly refusedAt: number;
  /** Until when the closing lasts that operators were told of last; 0 for never. */
  readonly announcedUntil: number;
  /** The key is on cooldown after a refusal of the key itself, and until then serves only where no other is left. */
  readonly cooldownUntil: number;
  /** What was let through in the last minute, without what the provider refused. */
  readonly starts: readonly StartGroup[];
  readonly learned?: LearnedRate;
  readonly turns: Turns;
  /** What a model's jobs took lately, of all keys together: see `recent-durations.ts`. A gate that jobs pass has none. */
  readonly durations?: RecentDurations;
}

/** A gate that was never written. */
export const openGate: GateState = {
  nextAt: 0,
  closedUntil: 0,
  probeUntil: 0,
  refusals: 0,
  refusedAt: 0,
  announcedUntil: 0,
  cooldownUntil: 0,
  starts: [],
  turns: {},
};

/** Puts a refused key on cooldown: others serve until then, if there are any. A cooldown under way is not extended. */
export const coolDown = (state: GateState, seconds: number, now: number): GateState =>
  state.cooldownUntil > now ? state : { ...state, cooldownUntil: now + seconds * 1000 };
