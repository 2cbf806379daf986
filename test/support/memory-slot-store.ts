import { noSlotsHeld } from '../../lambda/domain/usage/running-slots.ts';
import type { KeptSlots, SlotStore, SlotsName } from '../../lambda/domain/usage/slot-store.ts';

/** Owners' slots in memory, for tests; what goes in and out is copied, as through a network. */
export function createMemorySlotStore(): SlotStore {
  const kept = new Map<string, KeptSlots>();
  const keyOf = ({ owner, lane, part }: SlotsName): string => JSON.stringify([owner, lane, part]);
  return {
    read: async (name) => structuredClone(kept.get(keyOf(name)) ?? { state: noSlotsHeld, version: 0 }),
    async write(name, seen, next) {
      const version = kept.get(keyOf(name))?.version ?? 0;
      if (version !== seen.version) return false;
      kept.set(keyOf(name), structuredClone({ state: next, version: version + 1 }));
      return true;
    },
  };
}
