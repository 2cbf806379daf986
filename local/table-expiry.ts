import { setTimeout as delay } from 'node:timers/promises';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { ClientSettings } from './emulators/stock.ts';
import type { TablePlan } from './plan/stores.ts';
import type { BackgroundTask } from './queue-pump.ts';

/** DynamoDB promises no more than a few days; nothing here should have to wait for that. */
const sweepMilliseconds = 2_000;

/** DynamoDB takes an end this long ago for a mistake, and leaves the item alone. */
const oldestSeconds = 5 * 365 * 24 * 60 * 60;

/**
 * Deletes the items of a table that are past their end, as DynamoDB's time to live does. Does nothing for a table
 * without.
 */
export function startTableExpiry(
  table: TablePlan,
  settings: ClientSettings,
  log: (line: string) => void,
): BackgroundTask {
  const { expiryAttribute } = table;
  if (expiryAttribute === undefined) return { async stop() {} };
  const client = new DynamoDBClient({ ...settings, maxAttempts: 1 });
  const stopping = new AbortController();
  const sweep = async () => {
    while (!stopping.signal.aborted) {
      try {
        await delay(sweepMilliseconds, undefined, { signal: stopping.signal });
        await deleteExpired(client, table, expiryAttribute);
      } catch (error) {
        if (!stopping.signal.aborted) log(`[table] ${table.name}: ${String(error)}`);
      }
    }
    client.destroy();
  };
  const sweeping = sweep();
  return {
    async stop() {
      stopping.abort();
      await sweeping;
    },
  };
}

async function deleteExpired(client: DynamoDBClient, table: TablePlan, expiryAttribute: string): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const keyNames = table.KeySchema.map(({ AttributeName }) => AttributeName);
  const pages = paginateScan(
    { client },
    {
      TableName: table.name,
      FilterExpression: '#end BETWEEN :oldest AND :now',
      ProjectionExpression: ['#end', ...keyNames.map((_, index) => `#key${index}`)].join(', '),
      ExpressionAttributeNames: {
        '#end': expiryAttribute,
        ...Object.fromEntries(keyNames.map((name, index) => [`#key${index}`, name])),
      },
      ExpressionAttributeValues: { ':oldest': { N: String(now - oldestSeconds) }, ':now': { N: String(now) } },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) await deleteUnlessRenewed(client, table.name, keyNames, expiryAttribute, item);
  }
}

async function deleteUnlessRenewed(
  client: DynamoDBClient,
  tableName: string,
  keyNames: readonly string[],
  expiryAttribute: string,
  item: Record<string, AttributeValue>,
): Promise<void> {
  const seen = item[expiryAttribute];
  if (seen === undefined) return;
  try {
    await client.send(
      new DeleteItemCommand({
        TableName: tableName,
        Key: Object.fromEntries(Object.entries(item).filter(([name]) => keyNames.includes(name))),
        ConditionExpression: '#end = :seen',
        ExpressionAttributeNames: { '#end': expiryAttribute },
        ExpressionAttributeValues: { ':seen': seen },
      }),
    );
  } catch (error) {
    // Another writer has changed the item's expiry, or deleted it, since it was read.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
