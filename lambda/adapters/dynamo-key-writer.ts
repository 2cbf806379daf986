import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { VirtualKey } from '../domain/virtual-key.ts';
import { virtualKeyItem } from './virtual-key-item.ts';

/** Keeps new virtual keys; apart from the store that reads them, so that no reader carries it. */
export interface KeyWriter {
  /** Keeps a key under the hash of its credential. Throws where that hash is already in use. */
  add(keyHash: string, key: VirtualKey): Promise<void>;
}

/** Writes to the table that `createDynamoKeyStore` reads. */
export function createDynamoKeyWriter(client: DynamoDBClient, settings: { readonly tableName: string }): KeyWriter {
  return {
    async add(keyHash, key) {
      await client.send(
        new PutItemCommand({
          TableName: settings.tableName,
          Item: virtualKeyItem(keyHash, key),
          ConditionExpression: 'attribute_not_exists(#keyHash)',
          ExpressionAttributeNames: { '#keyHash': 'keyHash' },
        }),
      );
    },
  };
}
