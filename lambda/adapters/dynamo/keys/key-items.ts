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
   * Told of what could not be read, or not be tidied away after a write that was made. Neither harms: a lead that stays leads
   * nowhere, and may be taken over.
   */
  readonly onFault: (part: 'record' | 'lead', error: unknown) => void;
}

/** How the item must stand for a write to be made: not there at all, or not written since it was read. */
export type Seen = { readonly absent: true } | { readonly version: number } | { readonly token: string };

/** Single items of the keys table. Reads are strongly consistent; a fault throws. */
export interface KeyItems {
  get(partition: string): Promise<Item | undefined>;
  /** False where the item doesn't stand as it was seen. */
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
