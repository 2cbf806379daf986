import {
  allowedPerMinute,
  type LearnedRate,
  type Pace,
  paceOf,
  recentStarts,
  type StartGroup,
  shownRate,
  withoutStart,
  withStart,
} from './gate-rate.ts';
import { standingOf, type Turn, type Turns, withTurn } from './gate-turns.ts';

/** What is known of one key of a provider: plain JSON, small whatever happens. Times are epoch milliseconds. */
export interface GateState {
  /** When the next start would be due if starts came evenly. */
  readonly nextAt: number;
  /** Nobody starts before: the provider has said that it's enough. */
  readonly closedUntil: number;
  /** The key was refused, and until then serves only where no other is left. */
  readonly restsUntil: number;
  /** What was let through in the last minute, without what the provider refused. */
  readonly starts: readonly StartGroup[];
  readonly learned?: LearnedRate;
  readonly turns: Turns;
}

/** The gate of a key that nobody has asked with yet. */
export const openGate: GateState = { nextAt: 0, closedUntil: 0, restsUntil: 0, starts: [], turns: {} };

/** Who wants to start a provider request. */
export interface GateRequest {
  readonly owner: string;
  /** The rate that the stage says the provider allows with one key; undefined where it has to be learned. */
  readonly requestsPerMinute: number | undefined;
  /** 0 to 1, for jitter. */
  readonly random: number;
}

/** Start now, or come back then; and what the gate knows after that. */
export type GateAnswer =
  | { readonly granted: true; readonly state: GateState }
  | { readonly granted: false; readonly until: number; readonly state: GateState };

/** Who stands far back in line looks in again this much later at the latest: the line may have become shorter. */
const longestWaitMilliseconds = 300_000;

/** With no rate known, nothing but a closed gate holds anybody up; those who wait for it come a second apart. */
const noRate: Pace = { intervalMilliseconds: 1000, toleranceMilliseconds: Number.POSITIVE_INFINITY };

/**
 * Hands out a start slot, or a place in line. Slots come at the pace of the rate. While several owners wait, each one's
 * next turn is as many intervals after its last as there are owners; one that waits alone takes every slot. Whoever comes
 * when its turn is due takes the slot. So that not all come for the same, each owner is told the slot of its turn, and its
 * further jobs one slot each after that; a job that finds the slot of another owner's turn goes to the end of its line.
 */
export function askGate(state: GateState, request: GateRequest, now: number): GateAnswer {
  const allowed = allowedPerMinute(state.learned, request.requestsPerMinute, now);
  const { intervalMilliseconds, toleranceMilliseconds } = allowed === undefined ? noRate : paceOf(allowed);
  const { turn, roundMilliseconds, turnAt, ahead } = standingOf(state.turns, request.owner, intervalMilliseconds, now);
  const slotAt = Math.max(state.closedUntil, state.nextAt - toleranceMilliseconds);
  const opensAt = allowed === undefined ? slotAt : Math.max(slotAt, turnAt);
  const turnsWith = (next: Turn) => withTurn(state.turns, request.owner, next, now - roundMilliseconds, now);
  const isLineLeft = turn.until > now;
  if (opensAt <= now) {
    const nextAt = allowed === undefined ? now : Math.ceil(Math.max(state.nextAt, now) + intervalMilliseconds);
    const turns = turnsWith(isLineLeft ? { ...turn, lastAt: now } : { lastAt: now, since: 0, until: 0 });
    return { granted: true, state: { ...state, nextAt, starts: withStart(state.starts, now), turns } };
  }
  const placeAt = isLineLeft ? turn.until + intervalMilliseconds : Math.max(slotAt, now) + ahead * intervalMilliseconds;
  const until = comeBackAt(opensAt, placeAt, request.random, now);
  const turns = turnsWith({ ...turn, until: Math.max(turn.until, until) });
  return { granted: false, until, state: { ...state, starts: recentStarts(state.starts, now), turns } };
}

/** Never before the gate can open; for those far back in line, before their place is there, and not all at once. */
function comeBackAt(opensAt: number, placeAt: number, random: number, now: number): number {
  const isFar = placeAt > now + longestWaitMilliseconds;
  return Math.ceil(Math.max(opensAt, isFar ? now + longestWaitMilliseconds * (1 - random / 4) : placeAt));
}

/** A provider's 429, as the gate needs to know it. */
export interface Refusal {
  /** When the refused request was let through (epoch ms). */
  readonly startedAt: number;
  /** When the provider will take another, in seconds from now, where it said so. */
  readonly hintSeconds: number | undefined;
  /** For how long to close where it didn't. */
  readonly backoffSeconds: number;
}

/** The longest that one refusal closes a gate: a provider's hint may be wrong, and to ask once more costs nothing. */
const longestClosedSeconds = 3600;

/** Closes the gate for as long as the provider says, and takes what got through for the rate, where that is less than was thought. */
export function closeGate(state: GateState, refusal: Refusal, now: number): GateState {
  const { hintSeconds, backoffSeconds, startedAt } = refusal;
  const closedSeconds = Math.min(longestClosedSeconds, Math.max(1, hintSeconds ?? backoffSeconds));
  const starts = withoutStart(recentStarts(state.starts, now), startedAt);
  const shown = shownRate(starts, hintSeconds, now);
  const before = allowedPerMinute(state.learned, undefined, now) ?? Number.POSITIVE_INFINITY;
  return {
    ...state,
    starts,
    closedUntil: Math.max(state.closedUntil, now + closedSeconds * 1000),
    ...(shown === undefined ? {} : { learned: { perMinute: Math.min(shown, before), at: now } }),
  };
}

/** Lets a key rest that was refused: others serve until then, if there are any. One that rests already rests no longer for it. */
export const restKey = (state: GateState, seconds: number, now: number): GateState =>
  state.restsUntil > now ? state : { ...state, restsUntil: now + seconds * 1000 };
