import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoJobStore } from '../../../lambda/adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoOwnedJobs } from '../../../lambda/adapters/dynamo/jobs/dynamo-owned-jobs.ts';
import { cancel, erase } from '../../../lambda/domain/jobs/endings.ts';
import { acceptedJob, type Job } from '../../../lambda/domain/jobs/job.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createIndexedJobsTable } from '../../support/indexed-jobs-table.ts';
import { noon } from '../../support/sample-job.ts';
import { newOrder } from './job-store-samples.ts';

const tableName = 'jobs';
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await createIndexedJobsTable(dynamo.client, tableName, 'byOwner');
});
afterAll(() => dynamo.close());

async function idsOf(owner: string): Promise<string[]> {
  const ids: string[] = [];
  const pages = createDynamoOwnedJobs(dynamo.client, { tableName }).pages(owner);
  for await (const page of pages) ids.push(...page.map(({ id }) => id));
  return ids;
}

describe('createDynamoOwnedJobs', () => {
  it('gives open and ended jobs of an owner, the latest first, and none that was deleted', async () => {
    const jobs = createDynamoJobStore(dynamo.client, { tableName });
    const orders = [0, 1, 2, 3].map((minute) => newOrder({ owner: 'vk_mine', createdAt: noon + minute * 60_000 }));
    for (const order of [...orders, newOrder({ owner: 'vk_other' })]) await jobs.create(acceptedJob(order));
    const [, first, second] = orders.map(({ id }) => id);
    if (first === undefined || second === undefined) throw new Error('There are no orders.');
    const cancelled = await jobs.apply(first, cancel((await jobs.find(first)) as Job, noon));
    expect(cancelled.applied).toBe(true);
    const ended = await jobs.apply(second, cancel((await jobs.find(second)) as Job, noon));
    await jobs.apply(second, erase(ended.job as Job, noon));
    expect(await idsOf('vk_mine')).toEqual([orders[3]?.id, orders[1]?.id, orders[0]?.id]);
    expect(await idsOf('vk_nobody')).toEqual([]);
  });

  it('goes on from page to page', async () => {
    const jobs = createDynamoJobStore(dynamo.client, { tableName });
    const orders = Array.from({ length: 260 }, (_, at) => newOrder({ owner: 'vk_many', createdAt: noon + at }));
    for (const order of orders) await jobs.create(acceptedJob(order));
    expect(new Set(await idsOf('vk_many'))).toEqual(new Set(orders.map(({ id }) => id)));
  });
});
