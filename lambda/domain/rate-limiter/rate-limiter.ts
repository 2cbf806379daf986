/**
 * The rate limiter of provider keys: GCRA (Generic Cell Rate Algorithm), the leaky bucket that keeps one time in place of a
 * count, with slots shared fairly between owners. A `gate` is the limiter of one key, or of one model with that key: an item
 * (`gate-state.ts`) that all workers share, and the pure function below, which decides on it. It is closed after a 429 until
 * a probe gets through (`gate-closing.ts`), limited where a rate is configured or learned (`gate-rate.ts`), and else open.
 */

import { type QueuePosition, queuePositionOf, type Turn, withTurn } from './fair-share.ts';
import { isClosing, probeMilliseconds } from './gate-closing.ts';
import { allowedPerMinute, type Pace, paceOf, recentStarts, withStart } from './gate-rate.ts';
import type { GateState } from './gate-state.ts';

/** Who wants to start a provider request. */
export interface GateRequest {
  readonly owner: string;
  /** The rate that the stage says is allowed at this gate; undefined where it has to be learned. */
  readonly requestsPerMinute: number | undefined;
  /** 0 to 1, for jitter. */
  readonly random: number;
}

/** Leave to start now, and how: through an open gate, which need not know of it; with a slot; or as the probe. */
export interface Granted {
  readonly granted: true;
  readonly as: 'open' | 'slot' | 'probe';
  /** What the gate knows after that: as before where it is open. */
  readonly state: GateState;
}

/** To come back then, with a place in line. */
export interface Held {
  readonly granted: false;
  readonly until: number;
  readonly state: GateState;
}

export type GateAnswer = Granted | Held;

/** A job far back in the queue asks again after this at the latest: the queue may have become shorter. */
const maxWaitMilliseconds = 300_000;

/** Without a known rate, only a closed gate delays requests; those that wait for it start a second apart. */
const noRate: Pace = { intervalMilliseconds: 1000, toleranceMilliseconds: Number.POSITIVE_INFINITY };

/**
 * Hands out a start slot, or a place in line. An open gate without a known rate admits every request. Else a job that asks
 * when a slot is free and its owner's turn is due takes the slot. So that not all come for the same, each owner is told the
 * slot of its turn, and its further jobs one slot each after that; a job that finds the slot of another owner's turn goes to
 * the end of its line. After a closing one probe goes, and the others wait for its outcome.
 */
export function askGate(state: GateState, request: GateRequest, now: number): GateAnswer {
  const allowed = allowedPerMinute(state.learned, request.requestsPerMinute, now);
  if (allowed === undefined && !isClosing(state) && state.closedUntil <= now) {
    return { granted: true, as: 'open', state };
  }
  const pace = allowed === undefined ? noRate : paceOf(allowed);
  const position = queuePositionOf(state.turns, request.owner, pace.intervalMilliseconds, now);
  const slotAt = Math.max(state.closedUntil, state.probeUntil, state.nextAt - pace.toleranceMilliseconds);
  const ask = { state, request, position, slotAt, intervalMilliseconds: pace.intervalMilliseconds, now };
  return Math.max(slotAt, position.turnAt) <= now ? granted(ask, allowed !== undefined) : held(ask);
}

/** One question to a gate, and what follows from what the gate knows. */
interface Ask {
  readonly state: GateState;
  readonly request: GateRequest;
  readonly position: QueuePosition;
  /** When the next slot is free, of whichever owner. */
  readonly slotAt: number;
  readonly intervalMilliseconds: number;
  readonly now: number;
}

function granted(ask: Ask, isLimited: boolean): Granted {
  const { state, position, intervalMilliseconds, now } = ask;
  const { turn } = position;
  const nextAt = isLimited ? Math.ceil(Math.max(state.nextAt, now) + intervalMilliseconds) : now;
  const turns = turnsWith(ask, turn.until > now ? { ...turn, lastAt: now } : { lastAt: now, since: 0, until: 0 });
  const started: GateState = { ...state, nextAt, turns, starts: withStart(state.starts, now) };
  return isClosing(state)
    ? { granted: true, as: 'probe', state: { ...started, probeUntil: now + probeMilliseconds } }
    : { granted: true, as: 'slot', state: started };
}

function held(ask: Ask): Held {
  const { state, position, now } = ask;
  const until = comeBackAt(ask, placeAt(ask));
  const turns = turnsWith(ask, { ...position.turn, until: Math.max(position.turn.until, until) });
  return { granted: false, until, state: { ...state, starts: recentStarts(state.starts, now), turns } };
}

const turnsWith = ({ state, request, position, now }: Ask, turn: Turn) =>
  withTurn(state.turns, request.owner, turn, now - position.roundMilliseconds, now);

/** When the slot of a job's place in line comes. All but the first in line come after the outcome of the next probe. */
function placeAt({ state, position: { turn, ahead }, slotAt, intervalMilliseconds, now }: Ask): number {
  const probedAt = isClosing(state) ? state.closedUntil + probeMilliseconds : 0;
  if (turn.until > now) return Math.max(turn.until + intervalMilliseconds, probedAt);
  if (ahead === 0) return Math.max(slotAt, now);
  return Math.max(slotAt, probedAt, now) + ahead * intervalMilliseconds;
}

/** Never before the gate can open; for those far back in line, before their place is there, and not all at once. */
function comeBackAt({ request, position, slotAt, now }: Ask, placeAt: number): number {
  const opensAt = Math.max(slotAt, position.turnAt);
  const isFar = placeAt > now + maxWaitMilliseconds;
  return Math.ceil(Math.max(opensAt, isFar ? now + maxWaitMilliseconds * (1 - request.random / 4) : placeAt));
}
