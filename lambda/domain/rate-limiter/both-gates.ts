import type { LimitIs } from '../failure.ts';
import type { GateState } from './gate-state.ts';
import { askGate, type GateRequest, type Granted, type Held } from './rate-limiter.ts';

/** The gates that a start has to pass: that of the key, and that of the model with it. */
export type GatePair<Item> = Readonly<Record<LimitIs, Item>>;

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
