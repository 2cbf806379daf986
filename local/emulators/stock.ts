import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { BucketPlan, QueuePlan, TablePlan } from '../plan/stores.ts';

/** What a client of the emulators needs: their URL and credentials that are not checked. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Creates the tables that aren't there yet. Throws where one of the same name is there with other keys. */
export async function stockTables(settings: ClientSettings, tables: readonly TablePlan[]): Promise<void> {
  const client = new DynamoDBClient({ ...settings, maxAttempts: 2 });
  try {
    for (const table of tables) await stockTable(client, table);
  } finally {
    client.destroy();
  }
}

async function stockTable(client: DynamoDBClient, table: TablePlan): Promise<void> {
  const { name: TableName, expiryAttribute: _, GlobalSecondaryIndexes, LocalSecondaryIndexes, ...keys } = table;
  const existing = await describeTable(client, TableName);
  if (existing === undefined) {
    await client.send(
      new CreateTableCommand({
        ...keys,
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        ...(GlobalSecondaryIndexes.length > 0 ? { GlobalSecondaryIndexes } : {}),
        ...(LocalSecondaryIndexes.length > 0 ? { LocalSecondaryIndexes } : {}),
      }),
    );
  } else if (keysOf(existing) !== keysOf(table)) {
    throw new Error(`The data directory holds a table ${TableName} with other keys or indexes: start with a new one.`);
  }
  for (const giveUpAt = Date.now() + 5_000; ; await delay(5)) {
    if ((await describeTable(client, TableName))?.TableStatus === 'ACTIVE') return;
    if (Date.now() > giveUpAt) throw new Error(`The table ${TableName} doesn't become active.`);
  }
}

async function describeTable(client: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

type Keyed = Pick<TableDescription, 'KeySchema' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'>;

function keysOf(table: Keyed | TablePlan): string {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])].map(
    ({ IndexName, KeySchema, Projection }) => [
      IndexName,
      ...(KeySchema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`),
      Projection?.ProjectionType,
      ...(Projection?.NonKeyAttributes ?? []).toSorted(),
    ],
  );
  const key = (table.KeySchema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
  return JSON.stringify([key, indexes.map((index) => JSON.stringify(index)).toSorted()]);
}

/** Creates the buckets; one that is there already stays as it is. */
export async function stockBuckets(settings: ClientSettings, buckets: readonly BucketPlan[]): Promise<void> {
  const client = new S3Client({ ...settings, forcePathStyle: true });
  try {
    for (const { name } of buckets) await client.send(new CreateBucketCommand({ Bucket: name }));
  } finally {
    client.destroy();
  }
}

/** Creates the queues, and gives those that are there already the attributes of the template. */
export async function stockQueues(settings: ClientSettings, queues: readonly QueuePlan[]): Promise<void> {
  const client = new SQSClient(settings);
  try {
    for (const { name, url, attributes } of queues) {
      await client.send(new CreateQueueCommand({ QueueName: name }));
      await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { ...attributes } }));
    }
  } finally {
    client.destroy();
  }
}
