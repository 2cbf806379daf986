import { openGate } from '../../../lambda/domain/gate-state.ts';
import type { GateName, GateStore } from '../../../lambda/domain/ports.ts';
import { noSlotsHeld } from '../../../lambda/domain/running-slots.ts';
import type { SlotStore, SlotsName } from '../../../lambda/domain/slot-store.ts';
import type { Network } from '../network.ts';
import type { Invocation } from '../scheduler.ts';

interface Kept<State> {
  readonly state: State;
  readonly version: number;
}

/** Small items that are read, changed and written back, on condition of their version. What is kept never changes, so that nothing has to be copied. */
class VersionedItems<Name, State> {
  readonly #kept = new Map<string, Kept<State>>();
  readonly #untouched: Kept<State>;
  readonly #network: Network;
  readonly #label: string;
  readonly #keyOf: (name: Name) => string;

  constructor(network: Network, label: string, untouched: State, keyOf: (name: Name) => string) {
    this.#network = network;
    this.#label = label;
    this.#untouched = { state: untouched, version: 0 };
    this.#keyOf = keyOf;
  }

  storeFor(invocation: Invocation) {
    const ask = <Answer>(verb: string, work: () => Answer): Promise<Answer> =>
      this.#network.ask({ invocation, label: `${this.#label}.${verb}`, job: -3, to: 'vendor' }, work);
    const keptOf = (name: Name): Kept<State> => this.#kept.get(this.#keyOf(name)) ?? this.#untouched;
    return {
      read: (name: Name) => ask('read', () => keptOf(name)),
      write: (name: Name, seen: Kept<State>, next: State) =>
        ask('write', () => {
          const { version } = keptOf(name);
          if (version !== seen.version) return false;
          this.#kept.set(this.#keyOf(name), { state: next, version: version + 1 });
          return true;
        }),
    };
  }
}

/** The table of gates, in which the slots of owners stand too. */
export class GateTable {
  readonly #gates: VersionedItems<GateName, typeof openGate>;
  readonly #slots: VersionedItems<SlotsName, typeof noSlotsHeld>;

  constructor(network: Network) {
    this.#gates = new VersionedItems(network, 'gates', openGate, ({ provider, keyDigest, model = '' }) =>
      [provider, keyDigest, model].join('#'),
    );
    this.#slots = new VersionedItems(network, 'slots', noSlotsHeld, ({ owner, lane, part }) =>
      [owner, lane, part].join('#'),
    );
  }

  gatesFor(invocation: Invocation): GateStore {
    return this.#gates.storeFor(invocation);
  }

  slotsFor(invocation: Invocation): SlotStore {
    return this.#slots.storeFor(invocation);
  }
}
