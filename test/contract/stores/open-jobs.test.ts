import { type QueryCommandInput, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoJobStore } from '../../../lambda/adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoOpenJobs } from '../../../lambda/adapters/dynamo/jobs/dynamo-open-jobs.ts';
import { openShardOf } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import { acceptedJob, type JobOrder } from '../../../lambda/domain/jobs/job.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createIndexedJobsTable } from '../../support/indexed-jobs-table.ts';
import { createMemoryJobStore } from '../../support/memory-job-store.ts';
import { createMemoryOpenJobs, entriesOf } from '../../support/memory-open-jobs.ts';
import { noon } from '../../support/sample-job.ts';
import { newOrder } from './job-store-samples.ts';
import { openJobsContract } from './open-jobs-contract.ts';

let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

openJobsContract('createMemoryOpenJobs', async () => {
  const jobs = createMemoryJobStore();
  return { jobs, openJobs: createMemoryOpenJobs(jobs) };
});

let tables = 0;
openJobsContract('createDynamoOpenJobs', async () => {
  tables += 1;
  const tableName = `jobs-${tables}`;
  await createIndexedJobsTable(dynamo.client, tableName, 'openByDeadline');
  return {
    jobs: createDynamoJobStore(dynamo.client, { tableName }),
    openJobs: createDynamoOpenJobs(dynamo.client, {
      tableName,
      onUnreadable: (_, first) => {
        throw first;
      },
    }),
  };
});

describe('createDynamoOpenJobs', () => {
  const onUnreadable = (count: number, first: unknown): never => {
    throw new Error(`${count} entries could not be read.`, { cause: first });
  };

  /** A table with jobs overdue in one shard, and the requests for pages that a client of its own has sent. */
  async function crowded(tableName: string, count: number) {
    await createIndexedJobsTable(dynamo.client, tableName, 'openByDeadline');
    const jobs = createDynamoJobStore(dynamo.client, { tableName });
    const orders: JobOrder[] = [];
    while (orders.length < count) {
      const order = newOrder({ deadlineAt: noon });
      if (openShardOf(order.id) === 'open-7') orders.push(order);
    }
    for (const order of orders) await jobs.create(acceptedJob(order));
    const client = dynamo.newClient();
    const limits: unknown[] = [];
    client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'QueryCommand') {
          limits.push((args.input as QueryCommandInput).Limit);
          Object.assign(args.input, { Limit: 2 } satisfies Partial<QueryCommandInput>);
        }
        return next(args);
      },
      { step: 'initialize', name: 'smallPages' },
    );
    return { client, orders, limits };
  }

  it('reads page after page, and no further than it is asked', async () => {
    const { client, orders, limits } = await crowded('paged', 5);
    const openJobs = createDynamoOpenJobs(client, { tableName: 'paged', onUnreadable });
    const found = await entriesOf(openJobs.overdue('open-7', noon));
    expect(found.map(({ id }) => id).sort()).toEqual(orders.map(({ id }) => id).sort());
    expect(limits).toEqual([250, 250, 250]);
    limits.length = 0;
    for await (const _ of openJobs.overdue('open-7', noon)) break;
    expect(limits).toHaveLength(1);
    client.destroy();
  });

  it('passes over an entry that shows too little, and tells of it', async () => {
    const { client, orders } = await crowded('broken', 3);
    const [broken, ...others] = orders.map(({ id }) => id);
    await dynamo.client.send(
      new UpdateItemCommand({
        ...{ TableName: 'broken', Key: { id: { S: broken ?? '' } }, UpdateExpression: 'REMOVE #hop' },
        ExpressionAttributeNames: { '#hop': 'hop' },
      }),
    );
    const told: unknown[] = [];
    const openJobs = createDynamoOpenJobs(client, {
      tableName: 'broken',
      onUnreadable: (...all) => void told.push(all),
    });
    const found = await entriesOf(openJobs.overdue('open-7', noon));
    expect(found.map(({ id }) => id).sort()).toEqual(others.sort());
    expect(told).toEqual([[1, new Error(`The index openByDeadline lacks hop of ${broken}.`)]]);
    client.destroy();
  });

  it('throws when the index can not be read, instead of finding nothing', async () => {
    const openJobs = createDynamoOpenJobs(dynamo.client, { tableName: 'never-made', onUnreadable });
    await expect(entriesOf(openJobs.overdue('open-0', noon))).rejects.toThrow();
  });
});
