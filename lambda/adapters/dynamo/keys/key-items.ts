import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { conditionHeld } from '../condition-held.ts';

type Item = Record<string, AttributeValue>;

export interface KeyRegistrySettings {
  readonly tableName: string;
  /**
   * Called with a record that could not be read, or a lead that could not be deleted after a successful write. Neither
   * does harm: a leftover lead leads nowhere, and may be taken over.
   */
  readonly onFault: (part: 'record' | 'lead', error: unknown) => void;
}

/** The precondition of a write (optimistic locking): the item is absent, or unchanged since it was read. */
export type Seen = { readonly absent: true } | { readonly version: number } | { readonly token: string };

/** Single items of the keys table. Reads are strongly consistent; a fault throws. */
export interface KeyItems {
  get(partition: string): Promise<Item | undefined>;
  /** False where the precondition doesn't hold. */
  put(item: Item, seen: Seen): Promise<boolean>;
  /** Likewise. */
  remove(partition: string, seen: Seen): Promise<boolean>;
}

export function createKeyItems(client: DynamoDBClient, TableName: string): KeyItems {
  const keyOf = (partition: string): Item => ({ pk: { S: partition } });
  return {
    async get(partition) {
      const read = new GetItemCommand({ TableName, Key: keyOf(partition), ConsistentRead: true });
      return (await client.send(read)).Item;
    },
    put: (item, seen) => held(client.send(new PutItemCommand({ TableName, Item: item, ...conditionOf(seen) }))),
    remove: (partition, seen) =>
      held(client.send(new DeleteItemCommand({ TableName, Key: keyOf(partition), ...conditionOf(seen) }))),
  };
}

function conditionOf(seen: Seen) {
  if ('absent' in seen) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const [name, value] = 'version' in seen ? ['version', { N: String(seen.version) }] : ['token', { S: seen.token }];
  return {
    ConditionExpression: '#seen = :seen',
    ExpressionAttributeNames: { '#seen': name as string },
    ExpressionAttributeValues: { ':seen': value as AttributeValue },
  };
}

const held = async (sent: Promise<object>): Promise<boolean> => (await conditionHeld(sent)) !== undefined;
