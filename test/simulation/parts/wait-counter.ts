import type { WaitSlots } from '../../../lambda/domain/usage/wait-slots.ts';
import { CountedWaits } from '../../support/memory-wait-slots.ts';
import type { Network } from '../network.ts';

import type { Invocation, Scheduler } from '../scheduler.ts';

/** A wait as the world sees it, whatever is counted of it. */
export interface SeenWait {
  readonly owner: string;
  readonly invocation: Invocation;
  /** Epoch milliseconds, as the following. */
  readonly askedAt: number;
  /** Since when its function knows that it may wait, and until when it did. */
  heldAt?: number;
  leftAt?: number;
}

export interface WaitCounterOptions {
  /** Such as `waits`: what its calls are known by. */
  readonly name: CountedWait;
  readonly network: Network;
  readonly scheduler: Scheduler;
  /** How many waits of one owner there may be at a time. */
  readonly maxWaits: number;
  /** Told of a wait that begins, and of those of the same owner that have not been seen to end. */
  readonly onHeld: (wait: SeenWait, seen: readonly SeenWait[]) => void;
  /** Told of a wait that is over. */
  readonly onLeft: (wait: SeenWait) => void;
  /** Told where the owner has no slot left, and which waits are counted instead. */
  readonly onRefused: (owner: string, counted: readonly SeenWait[]) => void;
}

/** An answer that is later than this has nobody waiting for it any more, by what is counted. */
const heardMilliseconds = { waits: 3000, synchronous: 10_000 } as const;

/** What no job's number is: so each function's calls meet faults of their own. */
export const numberOfWaits = ({ number }: Invocation): number => -1_000_000 - number;

/** The store of waits, with what really waits beside what it counts. */
export class WaitCounter {
  readonly #options: WaitCounterOptions;
  readonly #counted = new CountedWaits();
  readonly #seen = new Map<string, SeenWait>();

  constructor(options: WaitCounterOptions) {
    this.#options = options;
  }

  waitsFor(invocation: Invocation): WaitSlots {
    return {
      enter: (owner, waitId, until) => this.#enter(invocation, owner, waitId, until),
      leave: (owner, waitId) => this.#leave(invocation, owner, waitId),
    };
  }

  async #enter(invocation: Invocation, owner: string, waitId: string, until: number): Promise<boolean> {
    const { name, network, scheduler, maxWaits, onHeld, onRefused } = this.#options;
    const askedAt = scheduler.now;
    const wait: SeenWait = { owner, invocation, askedAt };
    this.#seen.set(waitId, wait);
    const entered = await network.ask(this.#call(invocation, 'enter'), () => {
      const now = scheduler.now + invocation.skew;
      const isCounted = this.#counted.enter(owner, waitId, until, { now, maxWaits });
      if (!isCounted) onRefused(owner, this.#countedOf(owner, now));
      return isCounted;
    });
    if (entered && scheduler.now - askedAt < heardMilliseconds[name]) {
      wait.heldAt = scheduler.now;
      invocation.isCounted = true;
      onHeld(
        wait,
        [...this.#seen.values()].filter((each) => each.owner === owner),
      );
    }
    return entered;
  }

  async #leave(invocation: Invocation, owner: string, waitId: string): Promise<void> {
    const { network, scheduler, onLeft } = this.#options;
    const wait = this.#seen.get(waitId);
    if (wait) {
      wait.leftAt = scheduler.now;
      invocation.isCounted = false;
      onLeft(wait);
    }
    await network.ask(this.#call(invocation, 'leave'), () => {
      this.#counted.of(owner, scheduler.now + invocation.skew).delete(waitId);
    });
  }

  #countedOf(owner: string, now: number): readonly SeenWait[] {
    return [...this.#counted.of(owner, now).keys()].flatMap((id) => this.#seen.get(id) ?? []);
  }

  #call(invocation: Invocation, act: 'enter' | 'leave') {
    return { invocation, label: `${this.#options.name}.${act}`, job: numberOfWaits(invocation), to: 'store' } as const;
  }
}

/** What is counted of an owner: answers that are held back, and synchronous requests. */
export type CountedWait = 'waits' | 'synchronous';
