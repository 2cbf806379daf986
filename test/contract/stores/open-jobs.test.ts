import { CreateTableCommand, type DynamoDBClient, type QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoJobStore } from '../../../lambda/adapters/dynamo-job-store.ts';
import { createDynamoOpenJobs } from '../../../lambda/adapters/dynamo-open-jobs.ts';
import { openShards } from '../../../lambda/adapters/job-record.ts';
import { jobIndexes } from '../../../lib/job-indexes.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createMemoryJobStore } from '../../support/memory-job-store.ts';
import { createMemoryOpenJobs } from '../../support/memory-open-jobs.ts';
import { noon } from '../../support/sample-job.ts';
import { newOrder } from './job-store-samples.ts';
import { openJobsContract } from './open-jobs-contract.ts';

let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

/** A table with the index of open jobs just as the stack makes it. */
async function createJobsTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const { partitionKey, sortKey, shows } = jobIndexes.openByDeadline;
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: partitionKey, AttributeType: 'S' },
        { AttributeName: sortKey, AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'openByDeadline',
          KeySchema: [
            { AttributeName: partitionKey, KeyType: 'HASH' },
            { AttributeName: sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...shows] },
        },
      ],
    }),
  );
}

openJobsContract('createMemoryOpenJobs', async () => {
  const jobs = createMemoryJobStore();
  return { jobs, openJobs: createMemoryOpenJobs(jobs) };
});

let tables = 0;
openJobsContract('createDynamoOpenJobs', async () => {
  tables += 1;
  const tableName = `jobs-${tables}`;
  await createJobsTable(dynamo.client, tableName);
  return {
    jobs: createDynamoJobStore(dynamo.client, { tableName }),
    openJobs: createDynamoOpenJobs(dynamo.client, { tableName }),
  };
});

describe('createDynamoOpenJobs', () => {
  it('reads page after page, and no further than it is asked', async () => {
    const tableName = 'paged';
    await createJobsTable(dynamo.client, tableName);
    const jobs = createDynamoJobStore(dynamo.client, { tableName });
    const orders = Array.from({ length: 12 }, () => newOrder({ deadlineAt: noon }));
    for (const order of orders) await jobs.create(order);
    const client = dynamo.newClient();
    let pages = 0;
    client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'QueryCommand') {
          pages += 1;
          Object.assign(args.input, { Limit: 2 } satisfies Partial<QueryCommand['input']>);
        }
        return next(args);
      },
      { step: 'initialize', name: 'smallPages' },
    );
    const openJobs = createDynamoOpenJobs(client, { tableName });
    const found: string[] = [];
    for await (const { id } of openJobs.overdue(noon)) found.push(id);
    expect(found.sort()).toEqual(orders.map(({ id }) => id).sort());
    expect(pages).toBeGreaterThan(openShards.length);
    pages = 0;
    for await (const _ of openJobs.overdue(noon)) break;
    expect(pages).toBeLessThanOrEqual(openShards.length);
    client.destroy();
  });

  it('throws when the index can not be read, instead of finding nothing', async () => {
    const openJobs = createDynamoOpenJobs(dynamo.client, { tableName: 'never-made' });
    await expect(openJobs.overdue(noon)[Symbol.asyncIterator]().next()).rejects.toThrow();
  });
});
