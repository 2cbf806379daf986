import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { VirtualKey } from '../domain/virtual-key.ts';
import { keyPartitions, leadItem, virtualKeyItem } from './virtual-key-item.ts';

/** Keeps new virtual keys; apart from the store that reads them, so that no reader carries it. */
export interface KeyWriter {
  /** Keeps a key with its first credential, by the hash of that. Throws where the credential or the name is in use. */
  add(keyHash: string, key: VirtualKey): Promise<void>;
}

/** Writes to the table that `createDynamoKeyStore` reads. */
export function createDynamoKeyWriter(client: DynamoDBClient, settings: { readonly tableName: string }): KeyWriter {
  const put = (Item: PutItemCommand['input']['Item']) =>
    client.send(
      new PutItemCommand({
        TableName: settings.tableName,
        Item,
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  return {
    async add(keyHash, key) {
      await put(leadItem(keyPartitions.credential(keyHash), key.id));
      await put(leadItem(keyPartitions.name(key.name), key.id));
      await put(virtualKeyItem({ key, credentials: [{ hash: keyHash }], version: 1 }));
    },
  };
}
