import type { Clock } from '../../lambda/domain/ports.ts';
import type { WaitSlots } from '../../lambda/domain/usage/wait-slots.ts';

/** What is counted of every owner's waits: when each is over (epoch ms), by its id. */
export class CountedWaits {
  readonly #ends = new Map<string, Map<string, number>>();

  /** Those of an owner that aren't over at that time. */
  of(owner: string, now: number): Map<string, number> {
    const ends = this.#ends.get(owner) ?? new Map<string, number>();
    this.#ends.set(owner, ends);
    for (const [id, until] of ends) if (until <= now) ends.delete(id);
    return ends;
  }

  /** Counts one, unless there are as many as there may be. */
  enter(owner: string, waitId: string, until: number, { now, maxWaits }: { now: number; maxWaits: number }): boolean {
    const ends = this.of(owner, now);
    if (ends.size >= maxWaits && !ends.has(waitId)) return false;
    ends.set(waitId, until);
    return true;
  }
}

/** Owners' waits in memory, for tests. */
export function createMemoryWaitSlots({ clock, maxWaits }: { clock: Clock; maxWaits: number }): WaitSlots {
  const counted = new CountedWaits();
  return {
    enter: async (owner, waitId, until) => counted.enter(owner, waitId, until, { now: clock.now(), maxWaits }),
    leave: async (owner, waitId) => void counted.of(owner, clock.now()).delete(waitId),
  };
}
