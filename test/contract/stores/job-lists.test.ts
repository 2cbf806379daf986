import { randomUUID } from 'node:crypto';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoJobLists } from '../../../lambda/adapters/dynamo/jobs/dynamo-job-lists.ts';
import { itemOf } from '../../../lambda/adapters/dynamo/jobs/job-item.ts';
import { operations } from '../../../lambda/domain/generation.ts';
import { jobStatuses } from '../../../lambda/domain/jobs/job.ts';
import type { JobListQuery, ListedJob } from '../../../lambda/domain/jobs/lists/job-lists.ts';
import type { JobState } from '../../e2e/authorization/expected.ts';
import { storedJob, type Wanted } from '../../e2e/authorization/stored-jobs.ts';
import { openTables } from '../../e2e/authorization/stored-rows.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createIndexedJobsTable } from '../../support/indexed-jobs-table.ts';
import { noon } from '../../support/sample-job.ts';

const tableName = 'jobs';
const soon = noon + 60_000;
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await createIndexedJobsTable(dynamo.client, tableName, 'byOwner');
});
afterAll(() => dynamo.close());

const page = (owner: string, query: Partial<JobListQuery> = {}) =>
  createDynamoJobLists(dynamo.client, { tableName }).page(owner, { limit: 100, now: soon, ...query });

/** The whole list, page by page. */
async function listOf(owner: string, query: Partial<JobListQuery> = {}): Promise<readonly ListedJob[]> {
  const jobs: ListedJob[] = [];
  let after = query.after;
  do {
    const { jobs: more, next } = await page(owner, { ...query, ...(after ? { after } : {}) });
    jobs.push(...more);
    after = next;
  } while (after !== undefined);
  return jobs;
}

const idsOf = (jobs: readonly ListedJob[]): readonly string[] => jobs.map(({ id }) => id);

const ownedJob = (state: JobState, wanted: Pick<Wanted, 'owner' | 'createdAt'> & Partial<Wanted>) =>
  storedJob(state, { id: randomUUID(), submissionNonce: randomUUID(), operation: 'generation', ...wanted }, noon);

const put = (...records: readonly ReturnType<typeof storedJob>[]) =>
  openTables(dynamo.client, { jobs: tableName, keys: '', answers: '', files: '' }).put(
    records.map((record) => ({ table: 'jobs', item: itemOf(record) })),
  );

describe('createDynamoJobLists', () => {
  it('shows the jobs of an owner in any status, the newest first, with just what the index has', async () => {
    const records = jobStatuses.map((status, at) => ownedJob(status, { owner: 'vk_mine', createdAt: noon + at }));
    await put(...records, ownedJob('completed', { owner: 'vk_other', createdAt: noon }));
    const { jobs, next } = await page('vk_mine');
    expect(next).toBeUndefined();
    expect(jobs).toEqual(
      records
        .toReversed()
        .map(({ id, owner, operation, status, createdAt, requestId, completedAt, expiresAt, failure }) => ({
          ...{ id, owner, operation, status, createdAt, requestId },
          ...(completedAt === undefined ? {} : { completedAt, expiresAt }),
          ...(failure === undefined ? {} : { failure }),
        })),
    );
  });

  it('leaves out what has been deleted, and what has expired by then to the millisecond', async () => {
    const owner = 'vk_gone';
    const [open, ended, deleted] = [
      ownedJob('pending', { owner, createdAt: noon - 7 * 24 * 3600_000 }),
      ownedJob('completed', { owner, createdAt: noon }),
      ownedJob('deleted', { owner, createdAt: noon }),
    ];
    await put(open, ended, deleted);
    const { expiresAt = 0 } = ended;
    expect(idsOf((await page(owner, { now: expiresAt - 1 })).jobs)).toEqual([ended.id, open.id]);
    expect(idsOf((await page(owner, { now: expiresAt })).jobs)).toEqual([open.id]);
  });

  it('filters by status and operation, over several reads', async () => {
    const owner = 'vk_filtered';
    const records = Array.from({ length: 600 }, (_, at) =>
      ownedJob(jobStatuses[at % 5] ?? 'pending', {
        owner,
        createdAt: noon + at,
        operation: operations[at % 3] ?? 'edit',
      }),
    );
    await put(...records);
    const wanted = records.filter(({ status, operation }) => status === 'failed' && operation === 'edit').toReversed();
    const filter = { status: 'failed', operation: 'edit' } as const;
    expect(idsOf(await listOf(owner, { ...filter, limit: 7 }))).toEqual(wanted.map(({ id }) => id));
    expect(idsOf((await page(owner, { ...filter, limit: 100 })).jobs)).toHaveLength(40);
    expect(idsOf((await page(owner, { operation: 'edit' })).jobs)).toHaveLength(100);
  });

  it.each([1, 2, 7])('continues among jobs of the same millisecond, %i at a time', async (limit) => {
    const owner = `vk_same-${limit}`;
    const records = Array.from({ length: 40 }, () => ownedJob('completed', { owner, createdAt: noon }));
    await put(...records);
    const ids = idsOf(await listOf(owner, { limit }));
    expect(ids.toSorted()).toEqual(records.map(({ id }) => id).toSorted());
  });

  it('continues behind a job that is no longer there', async () => {
    const owner = 'vk_swept';
    const records = Array.from({ length: 9 }, (_, at) =>
      ownedJob('completed', { owner, createdAt: noon + Math.floor(at / 3) }),
    );
    await put(...records);
    const all = idsOf(await listOf(owner));
    const { next } = await page(owner, { limit: 4 });
    await dynamo.client.send(new DeleteItemCommand({ TableName: tableName, Key: { id: { S: all[3] ?? '' } } }));
    expect(idsOf(await listOf(owner, next ? { after: next } : {}))).toEqual(all.slice(4));
  });

  it('never leaves the owner, whichever job a position names', async () => {
    const [mine, theirs] = [
      ownedJob('completed', { owner: 'vk_a', createdAt: noon }),
      ownedJob('completed', { owner: 'vk_b', createdAt: noon + 1 }),
    ];
    await put(mine, theirs);
    expect(idsOf((await page('vk_a', { after: theirs })).jobs)).toEqual([mine.id]);
    expect(idsOf((await page('vk_b', { after: mine })).jobs)).toEqual([]);
    expect((await page('vk_without-jobs')).jobs).toEqual([]);
  });
});
