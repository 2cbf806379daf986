import type { LimitIs } from '../failure.ts';
import { isClosing, probeMilliseconds } from './gate-closing.ts';
import { allowedPerMinute, type Pace, paceOf, recentStarts, withStart } from './gate-rate.ts';
import type { GateState } from './gate-state.ts';
import { type Standing, standingOf, type Turn, withTurn } from './gate-turns.ts';

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

/** The gates that a start has to pass: that of the key, and that of the model with it. */
export type GatePair<Item> = Readonly<Record<LimitIs, Item>>;

/** Who stands far back in line looks in again this much later at the latest: the line may have become shorter. */
const maxWaitMilliseconds = 300_000;

/** With no rate known, nothing but a closed gate holds anybody up; those who wait for it come a second apart. */
const noRate: Pace = { intervalMilliseconds: 1000, toleranceMilliseconds: Number.POSITIVE_INFINITY };

/**
 * Hands out a start slot, or a place in line. An open gate without a known rate lets everybody through. Else slots come at
 * the pace of the rate. While several owners wait, each one's next turn is as many intervals after its last as there are
 * owners; one that waits alone takes every slot. Whoever comes when its turn is due takes the slot. So that not all come
 * for the same, each owner is told the slot of its turn, and its further jobs one slot each after that; a job that finds
 * the slot of another owner's turn goes to the end of its line. After a closing one probe goes, and the others wait for its
 * outcome.
 */
export function askGate(state: GateState, request: GateRequest, now: number): GateAnswer {
  const allowed = allowedPerMinute(state.learned, request.requestsPerMinute, now);
  if (allowed === undefined && !isClosing(state) && state.closedUntil <= now) {
    return { granted: true, as: 'open', state };
  }
  const pace = allowed === undefined ? noRate : paceOf(allowed);
  const { intervalMilliseconds, toleranceMilliseconds } = pace;
  const standing = standingOf(state.turns, request.owner, intervalMilliseconds, now);
  const { turn, roundMilliseconds, turnAt } = standing;
  const slotAt = Math.max(state.closedUntil, state.probeUntil, state.nextAt - toleranceMilliseconds);
  const opensAt = Math.max(slotAt, turnAt);
  const turnsWith = (next: Turn) => withTurn(state.turns, request.owner, next, now - roundMilliseconds, now);
  if (opensAt <= now) {
    const nextAt = allowed === undefined ? now : Math.ceil(Math.max(state.nextAt, now) + intervalMilliseconds);
    const turns = turnsWith(turn.until > now ? { ...turn, lastAt: now } : { lastAt: now, since: 0, until: 0 });
    const started: GateState = { ...state, nextAt, turns, starts: withStart(state.starts, now) };
    return isClosing(state)
      ? { granted: true, as: 'probe', state: { ...started, probeUntil: now + probeMilliseconds } }
      : { granted: true, as: 'slot', state: started };
  }
  const until = comeBackAt(opensAt, placeAt(state, standing, slotAt, intervalMilliseconds, now), request.random, now);
  const turns = turnsWith({ ...turn, until: Math.max(turn.until, until) });
  return { granted: false, until, state: { ...state, starts: recentStarts(state.starts, now), turns } };
}

/** When the slot of a job's place in line comes. All but the first in line come after the outcome of the next probe. */
function placeAt(
  state: GateState,
  { turn, ahead }: Standing,
  slotAt: number,
  intervalMilliseconds: number,
  now: number,
): number {
  const probedAt = isClosing(state) ? state.closedUntil + probeMilliseconds : 0;
  if (turn.until > now) return Math.max(turn.until + intervalMilliseconds, probedAt);
  if (ahead === 0) return Math.max(slotAt, now);
  return Math.max(slotAt, probedAt, now) + ahead * intervalMilliseconds;
}

/** Never before the gate can open; for those far back in line, before their place is there, and not all at once. */
function comeBackAt(opensAt: number, placeAt: number, random: number, now: number): number {
  const isFar = placeAt > now + maxWaitMilliseconds;
  return Math.ceil(Math.max(opensAt, isFar ? now + maxWaitMilliseconds * (1 - random / 4) : placeAt));
}

/** What a start needs of the gates of one key. */
export interface StartRequest extends Omit<GateRequest, 'requestsPerMinute'> {
  /** The rate that the stage says the provider allows with one key, over all models. */
  readonly keyRequestsPerMinute: number | undefined;
}

/** Through both gates, or held up at the one that opens last. */
export type GatesAnswer =
  | ({ readonly granted: true } & GatePair<Granted>)
  | { readonly granted: false; readonly at: LimitIs; readonly until: number; readonly state: GateState };

/** Asks the gate of a key and the gate of the model with it. */
export function askGates(gates: GatePair<GateState>, request: StartRequest, now: number): GatesAnswer {
  const { keyRequestsPerMinute, ...who } = request;
  const key = askGate(gates.key, { ...who, requestsPerMinute: keyRequestsPerMinute }, now);
  const model = askGate(gates.model, { ...who, requestsPerMinute: undefined }, now);
  if (key.granted && model.granted) return { granted: true, key, model };
  const isAtKey = !key.granted && (model.granted || key.until >= model.until);
  const held = isAtKey ? key : (model as Held);
  return { granted: false, at: isAtKey ? 'key' : 'model', until: held.until, state: held.state };
}
