import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { KeptKey } from '../../../domain/keys/key-registry.ts';
import type { KeyStore } from '../../../domain/keys/key-store.ts';
import type { Clock } from '../../../domain/ports.ts';
import { createExpiringCache } from './expiring-cache.ts';
import { isUnmade, keptKeyOf, keyPartitions } from './virtual-key-item.ts';

/**
 * How long a change to a key may go unnoticed: a key that is blocked must stop at once, for all that a person can see.
 */
const knownSeconds = 5;

/** A credential leads to the same key for ever. Whether it still does is for the key's record to say. */
const leadSeconds = 300;

const maxEntries = 1000;

/**
 * Virtual keys in a DynamoDB table with the partition key `pk`. Answers are remembered; faults are thrown and never
 * remembered. What leads nowhere has a memory of its own, so that guesses can't crowd out the keys in use.
 */
export function createDynamoKeyStore(
  client: DynamoDBClient,
  settings: { readonly tableName: string; readonly clock: Clock },
): KeyStore {
  const { tableName: TableName, clock } = settings;
  const known = createExpiringCache<KeptKey>(clock, { seconds: knownSeconds, maxEntries });
  const leads = createExpiringCache<string>(clock, { seconds: leadSeconds, maxEntries });
  const missing = createExpiringCache<true>(clock, { seconds: knownSeconds, maxEntries });

  async function get(partition: string): Promise<Record<string, AttributeValue> | undefined> {
    if (missing.get(partition)) return undefined;
    const key = { pk: { S: partition } };
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }));
    if (Item && !isUnmade(Item)) return Item;
    missing.keep(partition, true);
    return undefined;
  }

  async function readKey(id: string): Promise<KeptKey | undefined> {
    const item = await get(keyPartitions.record(id));
    if (!item) return undefined;
    const kept = keptKeyOf(item);
    known.keep(id, kept);
    return kept;
  }

  const keptKey = async (id: string): Promise<KeptKey | undefined> => known.get(id) ?? (await readKey(id));

  /**
   * The key that a credential or a name leads to, if its record agrees. A cached entry may be older than the
   * credential, or of another key that had the name, so both are read again before the key is denied.
   */
  async function follow(partition: string, agrees: (kept: KeptKey) => boolean): Promise<KeptKey | undefined> {
    const remembered = leads.get(partition);
    const before = remembered === undefined ? undefined : await keptKey(remembered);
    if (before && agrees(before)) return before;
    const id = (await get(partition))?.id?.S;
    if (id === undefined) return undefined;
    leads.keep(partition, id);
    const inMemory = known.get(id);
    const kept = inMemory && agrees(inMemory) ? inMemory : await readKey(id);
    return kept && agrees(kept) ? kept : undefined;
  }

  return {
    async findByCredential(hash) {
      const isOf = (kept: KeptKey) => kept.credentials.some((each) => each.hash === hash);
      const kept = await follow(keyPartitions.credential(hash), isOf);
      const credential = kept?.credentials.find((each) => each.hash === hash);
      if (!credential || (credential.until ?? Number.POSITIVE_INFINITY) <= clock.now()) return undefined;
      return kept?.key;
    },
    find: async (id) => (await keptKey(id))?.key,
    async findNamed(idOrName) {
      const identified = await keptKey(idOrName);
      if (identified) return identified.key;
      return (await follow(keyPartitions.name(idOrName), ({ key }) => key.name === idOrName))?.key;
    },
  };
}
