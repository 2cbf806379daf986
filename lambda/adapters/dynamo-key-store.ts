import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock, KeyStore } from '../domain/ports.ts';
import type { VirtualKey } from '../domain/virtual-key.ts';
import { createExpiringCache } from './expiring-cache.ts';
import { virtualKeyOf } from './virtual-key-item.ts';

/** How long a change to a key may go unnoticed. */
const knownSeconds = 60;

/** Short, so that a new key works almost at once, while a client that tries a wrong one in a loop costs few reads. */
const unknownSeconds = 5;

/**
 * Virtual keys in a DynamoDB table with the partition key `keyHash`. Answers are remembered; faults are thrown and never
 * remembered. Unknown keys have a memory of their own, so that guesses can't crowd out the keys in use.
 */
export function createDynamoKeyStore(
  client: DynamoDBClient,
  settings: { readonly tableName: string; readonly clock: Clock },
): KeyStore {
  const known = createExpiringCache<VirtualKey>(settings.clock, { seconds: knownSeconds, mostEntries: 1000 });
  const unknown = createExpiringCache<true>(settings.clock, { seconds: unknownSeconds, mostEntries: 1000 });
  return {
    async find(keyHash) {
      const remembered = known.get(keyHash);
      if (remembered || unknown.get(keyHash)) return remembered;
      const { Item } = await client.send(
        new GetItemCommand({ TableName: settings.tableName, Key: { keyHash: { S: keyHash } }, ConsistentRead: true }),
      );
      if (!Item) {
        unknown.keep(keyHash, true);
        return undefined;
      }
      const key = virtualKeyOf(Item);
      known.keep(keyHash, key);
      return key;
    },
  };
}
