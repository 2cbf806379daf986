import { randomUUID } from 'node:crypto';
import type { KeptKey } from '../../../domain/keys/key-registry.ts';
import type { KeyItems } from './key-items.ts';
import { isUnmade, keptKeyOf, keyPartitions, leadItem, unmadeItem, virtualKeyItem } from './virtual-key-item.ts';

/** An item that leads to a key, as it was read or written. */
export interface Lead {
  readonly partition: string;
  readonly token: string;
}

/** Max tries of a claim: only a handful of requests claim the same name at the same time. */
const maxTries = 5;

/** The items that lead to keys: names and credentials. */
export interface KeyLeads {
  /**
   * Makes an item lead to a key whose record is written next; undefined where it leads to another key that `agrees`, by
   * its record. Throws where too many others claim it at the same time.
   */
  claim(partition: string, id: string, agrees: (kept: KeptKey) => boolean): Promise<Lead | undefined>;
  /** The item that leads to this key now. */
  find(partition: string, id: string): Promise<Lead | undefined>;
  /** Removes the item, unless it was claimed again since. */
  release(lead: Lead): Promise<void>;
}

/**
 * A lead whose key doesn't agree is left over from a write that died, or belongs to one that is still on its way. It is
 * taken over only once that write is sure to fail: a record yet to be made finds its place taken, one to be replaced
 * finds another version.
 */
export function createKeyLeads(items: KeyItems): KeyLeads {
  async function standing(id: string, agrees: (kept: KeptKey) => boolean): Promise<'held' | 'left' | 'moved'> {
    const item = await items.get(keyPartitions.record(id));
    if (!item) return (await items.put(unmadeItem(id), { absent: true })) ? 'left' : 'moved';
    if (isUnmade(item)) return 'left';
    const kept = keptKeyOf(item);
    if (agrees(kept)) return 'held';
    const fenced = virtualKeyItem({ ...kept, version: kept.version + 1 });
    return (await items.put(fenced, { version: kept.version })) ? 'left' : 'moved';
  }

  return {
    async claim(partition, id, agrees) {
      for (let tries = 0; tries < maxTries; tries += 1) {
        const lead = await items.get(partition);
        const holder = lead?.id?.S ?? id;
        const found = holder === id ? 'left' : await standing(holder, agrees);
        if (found === 'held') return undefined;
        if (found === 'moved') continue;
        const token = randomUUID();
        const seen = lead ? { token: lead.token?.S ?? '' } : { absent: true as const };
        if (await items.put(leadItem(partition, id, token), seen)) return { partition, token };
      }
      throw new Error('Too many concurrent writers claim a name or credential of a virtual key.');
    },
    async find(partition, id) {
      const item = await items.get(partition);
      return item?.token?.S !== undefined && item.id?.S === id ? { partition, token: item.token.S } : undefined;
    },
    async release({ partition, token }) {
      await items.remove(partition, { token });
    },
  };
}
