import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { conditionHeld } from './condition-held.ts';

/** Optimistic locking: a JSON state as it was read, with the version of its last write; 0 where there is none. */
export interface VersionedState<State> {
  readonly state: State;
  readonly version: number;
}

/** Small JSON states in one table, each written by compare-and-swap on its version. */
export interface VersionedItems<State> {
  read(key: string): Promise<VersionedState<State>>;
  /** False where another writer came first. `ttl` is in epoch seconds, after which the table may remove the item. */
  write(key: string, seen: { readonly version: number }, next: State, ttl: number): Promise<boolean>;
}

/**
 * Items of a DynamoDB table with the partition key `gate`. A write that the SDK retries because its answer was lost
 * counts as not made. `initial` is the state where there is no item, and gives the defaults of fields that later
 * versions add.
 */
export function createVersionedItems<State extends object>(
  client: DynamoDBClient,
  { tableName: TableName, initial }: { readonly tableName: string; readonly initial: State },
): VersionedItems<State> {
  return {
    async read(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: { gate: { S: key } }, ConsistentRead: true }),
      );
      if (!Item) return { state: initial, version: 0 };
      const state = { ...initial, ...(JSON.parse(Item.state?.S ?? '{}') as Partial<State>) };
      return { state, version: Number(Item.version?.N) };
    },
    async write(key, seen, next, ttl) {
      const put = new PutItemCommand({
        TableName,
        Item: {
          gate: { S: key },
          version: { N: String(seen.version + 1) },
          state: { S: JSON.stringify(next) },
          ttl: { N: String(Math.ceil(ttl)) },
        },
        ...(seen.version === 0
          ? { ConditionExpression: 'attribute_not_exists(#gate)', ExpressionAttributeNames: { '#gate': 'gate' } }
          : {
              ConditionExpression: '#version = :seen',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':seen': { N: String(seen.version) } },
            }),
      });
      return (await conditionHeld(client.send(put))) !== undefined;
    },
  };
}
