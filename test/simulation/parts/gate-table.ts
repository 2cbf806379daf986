import type { GateName, GateStore } from '../../../lambda/domain/ports.ts';
import { openGate } from '../../../lambda/domain/rate-limiter/gate-state.ts';
import { noSlotsHeld } from '../../../lambda/domain/usage/running-slots.ts';
import type { SlotStore, SlotsName } from '../../../lambda/domain/usage/slot-store.ts';
import type { Network } from '../network.ts';
import type { Invocation } from '../scheduler.ts';

interface Kept<State> {
  readonly state: State;
  readonly version: number;
}

/** Items that are read, changed and written back. What is kept never changes, so that nothing has to be copied. */
class VersionedItems<Name, State> {
  readonly #kept = new Map<string, Kept<State>>();
  readonly #untouched: Kept<State>;
  readonly #keyOf: (name: Name) => string;

  constructor(untouched: State, keyOf: (name: Name) => string) {
    this.#untouched = { state: untouched, version: 0 };
    this.#keyOf = keyOf;
  }

  read(name: Name): Kept<State> {
    return this.#kept.get(this.#keyOf(name)) ?? this.#untouched;
  }

  /** On condition of the version: false where somebody else was first. */
  write(name: Name, seen: Kept<State>, state: State): boolean {
    const { version } = this.read(name);
    if (version !== seen.version) return false;
    this.#kept.set(this.#keyOf(name), { state, version: version + 1 });
    return true;
  }
}

/** Such items as one invocation reaches them. */
class StoreOfInvocation<Name, State> {
  readonly #items: VersionedItems<Name, State>;
  readonly #network: Network;
  readonly #labels: Labels;
  readonly #invocation: Invocation;

  constructor(items: VersionedItems<Name, State>, network: Network, labels: Labels, invocation: Invocation) {
    this.#items = items;
    this.#network = network;
    this.#labels = labels;
    this.#invocation = invocation;
  }

  read(name: Name): Promise<Kept<State>> {
    return this.#ask(this.#labels.read, () => this.#items.read(name));
  }

  write(name: Name, seen: Kept<State>, next: State): Promise<boolean> {
    return this.#ask(this.#labels.write, () => this.#items.write(name, seen, next));
  }

  #ask<Answer>(label: string, work: () => Answer): Promise<Answer> {
    return this.#network.ask({ invocation: this.#invocation, label, job: -3, to: 'vendor' }, work);
  }
}

interface Labels {
  readonly read: string;
  readonly write: string;
}

const gateLabels: Labels = { read: 'gates.read', write: 'gates.write' };
const slotLabels: Labels = { read: 'slots.read', write: 'slots.write' };

/** The table of gates, in which the slots of owners stand too. */
export class GateTable {
  readonly #network: Network;
  readonly #gates = new VersionedItems<GateName, typeof openGate>(
    openGate,
    ({ provider, keyDigest, model = '' }) => `${provider}#${keyDigest}#${model}`,
  );
  readonly #slots = new VersionedItems<SlotsName, typeof noSlotsHeld>(
    noSlotsHeld,
    ({ owner, lane, part }) => `${owner}#${lane}#${part}`,
  );

  constructor(network: Network) {
    this.#network = network;
  }

  gatesFor(invocation: Invocation): GateStore {
    return new StoreOfInvocation(this.#gates, this.#network, gateLabels, invocation);
  }

  slotsFor(invocation: Invocation): SlotStore {
    return new StoreOfInvocation(this.#slots, this.#network, slotLabels, invocation);
  }
}
