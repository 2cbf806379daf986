import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoJobLists } from '../../../../../lambda/adapters/dynamo/jobs/dynamo-job-lists.ts';
import type { JobListQuery } from '../../../../../lambda/domain/jobs/lists/job-lists.ts';
import { noon } from '../../../../support/sample-job.ts';
import { scriptedAws } from '../../../../support/scripted-aws.ts';

const idOf = (number: number): string => `3f2f6a52-1111-4a5b-8c3d-${String(number).padStart(12, '0')}`;

/** The n-th newest job of an owner, as the index has it. */
const entryOf = (number: number) => ({
  ...{ owner: { S: 'vk_1' }, createdAt: { N: String(noon - number) }, id: { S: idOf(number) } },
  ...{ operation: { S: 'edit' }, status: { S: 'pending' }, requestId: { S: 'request-1' } },
});

const keyOf = ({ owner, createdAt, id }: ReturnType<typeof entryOf>) => ({ owner, createdAt, id });

/** An index of that many entries, of which those pass the filter that `passes` says, and what was read of it. */
function createIndex(size: number, passes: (number: number) => boolean = () => true) {
  const limits: unknown[] = [];
  const client = new DynamoDBClient(
    scriptedAws((_, { ExclusiveStartKey, Limit }) => {
      limits.push(Limit);
      const { createdAt = { N: String(noon + 1) } } = (ExclusiveStartKey ?? {}) as { createdAt?: { N: string } };
      const begin = noon - Number(createdAt.N) + 1;
      const numbers = Array.from({ length: Math.min(Number(Limit), size - begin) }, (_each, at) => begin + at);
      const end = begin + Number(Limit);
      return {
        body: {
          Items: numbers.filter(passes).map(entryOf),
          ScannedCount: numbers.length,
          // DynamoDB says that there may be more whenever it stops at the limit.
          ...(end <= size ? { LastEvaluatedKey: keyOf(entryOf(end - 1)) } : {}),
        },
      };
    }),
  );
  const lists = createDynamoJobLists(client, { tableName: 'jobs' });
  const page = (query: Partial<JobListQuery>) => lists.page('vk_1', { limit: 20, now: noon, ...query });
  return { page, limits };
}

describe(createDynamoJobLists, () => {
  it('reads one entry more than a page takes, and by it knows whether there is another page', async () => {
    const { page, limits } = createIndex(21);
    const { jobs, next } = await page({ limit: 20 });
    expect(jobs.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, at) => idOf(at)));
    expect(next).toEqual({ createdAt: noon - 19, id: idOf(19) });
    expect(limits).toEqual([21]);
    expect(await createIndex(20).page({ limit: 20 })).not.toHaveProperty('next');
  });

  it('examines a thousand entries for a page, and continues behind the last of them', async () => {
    const { page, limits } = createIndex(5000, (number) => number % 400 === 0);
    const { jobs, next } = await page({ status: 'failed' });
    expect(jobs.map(({ id }) => id)).toEqual([0, 400, 800].map(idOf));
    expect(next).toEqual({ createdAt: noon - 999, id: idOf(999) });
    expect(limits).toEqual([250, 250, 250, 250]);
    const none = createIndex(5000, () => false);
    expect(await none.page({})).toEqual({ jobs: [], next: { createdAt: noon - 999, id: idOf(999) } });
    expect(none.limits).toEqual([21, 250, 250, 250, 229]);
  });

  it('stops as soon as the page is full', async () => {
    const { page, limits } = createIndex(5000, (number) => number % 10 === 0);
    const { jobs, next } = await page({ limit: 20, operation: 'edit' });
    expect(jobs).toHaveLength(20);
    expect(next).toEqual({ createdAt: noon - 190, id: idOf(190) });
    expect(limits).toEqual([250]);
  });

  it('ends with the index, whether or not the last page is full', async () => {
    const { page } = createIndex(900, (number) => number >= 890);
    expect(await page({ limit: 10, status: 'failed' })).not.toHaveProperty('next');
    expect((await page({ limit: 9, status: 'failed' })).next).toEqual({ createdAt: noon - 898, id: idOf(898) });
  });

  it.each([
    ['a request id', { requestId: undefined }],
    ['an end', { status: { S: 'completed' } }],
    ['a failure', { status: { S: 'failed' }, completedAt: { N: '1' }, expiresAt: { N: '2' } }],
    ['a status that there is', { status: { S: 'lost' } }],
  ])('fails for an entry without %s, rather than leave it out', async (_, change) => {
    const Items = [{ ...entryOf(0), ...change }];
    const client = new DynamoDBClient(scriptedAws(() => ({ body: { Items, ScannedCount: 1 } })));
    const lists = createDynamoJobLists(client, { tableName: 'jobs' });
    await expect(lists.page('vk_1', { limit: 1, now: noon })).rejects.toThrow(idOf(0));
  });
});
