import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KeptKey, KeyRegistry, KeyWithCredentials } from '../../../domain/keys/key-registry.ts';
import type { VirtualKey } from '../../../domain/keys/virtual-key.ts';
import { createKeyItems, type KeyRegistrySettings } from './key-items.ts';
import { createKeyLeads, type Lead } from './key-leads.ts';
import { listKeyRecords } from './list-key-records.ts';
import { isUnmade, keptKeyOf, keyPartitions, virtualKeyItem } from './virtual-key-item.ts';

const hasCredential = (hash: string) => (kept: KeptKey) => kept.credentials.some((each) => each.hash === hash);
const hasName = (name: string) => (kept: KeptKey) => kept.key.name === name;

/** The partition keys of all items that lead to a key, according to its record. */
const leadsTo = ({ key, credentials }: KeyWithCredentials): readonly string[] => [
  keyPartitions.name(key.name),
  ...credentials.map(({ hash }) => keyPartitions.credential(hash)),
];

/**
 * Writes the table that `createDynamoKeyStore` reads, with optimistic locking on the record's version. The items that
 * lead to a record are claimed before the record is written, and released only after what needed them is gone; the
 * write of the record is the one that commits.
 */
export function createDynamoKeyRegistry(client: DynamoDBClient, settings: KeyRegistrySettings): KeyRegistry {
  const { tableName, onFault } = settings;
  const items = createKeyItems(client, tableName);
  const leads = createKeyLeads(items);

  async function find(id: string): Promise<KeptKey | undefined> {
    const item = await items.get(keyPartitions.record(id));
    return item && !isUnmade(item) ? keptKeyOf(item) : undefined;
  }

  /** Whether a record equals what was just written: the SDK retries a write whose answer was lost. */
  async function stands(kept: KeptKey): Promise<boolean> {
    const found = await find(kept.key.id);
    return found !== undefined && JSON.stringify(virtualKeyItem(found)) === JSON.stringify(virtualKeyItem(kept));
  }

  const release = (left: readonly (Lead | undefined)[]) =>
    Promise.all(left.map((lead) => lead && leads.release(lead).catch((error: unknown) => onFault('lead', error))));

  const claimName = ({ name, id }: VirtualKey) => leads.claim(keyPartitions.name(name), id, hasName(name));

  const claimCredential = (hash: string, { id }: VirtualKey) =>
    leads.claim(keyPartitions.credential(hash), id, hasCredential(hash));

  return {
    find,
    list: (limit, after) => listKeyRecords(client, { tableName, onFault }, limit, after),

    async create(key, hash) {
      const kept = { key, credentials: [{ hash }], version: 1 };
      const credential = await claimCredential(hash, key);
      if (!credential) return 'credential_taken';
      const name = await claimName(key);
      if (name && ((await items.put(virtualKeyItem(kept), { absent: true })) || (await stands(kept)))) return 'created';
      await release([credential, name]);
      return 'name_taken';
    },

    async replace(seen, { key, credentials }) {
      const next = { key, credentials, version: seen.version + 1 };
      const kept = new Set(leadsTo(next));
      const leaving = await Promise.all(
        leadsTo(seen)
          .filter((partition) => !kept.has(partition))
          .map((partition) => leads.find(partition, key.id)),
      );
      const added = credentials.filter(({ hash }) => !hasCredential(hash)(seen));
      const claimed = await Promise.all(added.map(({ hash }) => claimCredential(hash, key)));
      if (claimed.includes(undefined))
        throw new Error('A newly generated credential already belongs to another virtual key.');
      if (key.name !== seen.key.name && !(await claimName(key))) {
        await release(claimed);
        return 'name_taken';
      }
      if ((await items.put(virtualKeyItem(next), { version: seen.version })) || (await stands(next))) {
        await release(leaving);
        return 'replaced';
      }
      // The name stays claimed: a concurrent change may be assigning it to the same key. If not, the next claimant
      // takes it over.
      await release(claimed);
      return 'changed';
    },

    async remove(seen) {
      const { id } = seen.key;
      const leaving = await Promise.all(leadsTo(seen).map((partition) => leads.find(partition, id)));
      const removed = await items.remove(keyPartitions.record(id), { version: seen.version });
      // A removal that is sent again because its answer got lost finds nothing.
      if (!removed && (await find(id))) return 'changed';
      await release(leaving);
      return 'removed';
    },
  };
}
