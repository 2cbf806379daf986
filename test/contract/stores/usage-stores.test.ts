import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoUsageStore } from '../../../lambda/adapters/dynamo/usage/dynamo-usage-store.ts';
import type { Reservation } from '../../../lambda/domain/usage/usage.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createMemoryUsageStore } from '../../support/memory-usage-store.ts';
import { usageMoneyContract } from './usage-money-contract.ts';
import { usageStoreContract } from './usage-store-contract.ts';

const tableName = 'usage';
const at = Date.UTC(2026, 10, 28, 12);
const limits = { maxOpenJobs: 2, rateLimits: [], budgets: [] };
const reservation = (over: Partial<Reservation> = {}): Reservation => ({
  ...{ nonce: randomUUID(), jobId: randomUUID(), at, micros: 0 },
  ...over,
});
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable(tableName, 'owner');
});
afterAll(() => dynamo.close());

for (const contract of [usageStoreContract, usageMoneyContract]) {
  contract('createMemoryUsageStore', async () => createMemoryUsageStore());
  contract('createDynamoUsageStore', async () => createDynamoUsageStore(dynamo.client, { tableName }));
}

describe('createDynamoUsageStore', () => {
  it('takes a reservation whose first answer was lost as made, and counts it once', async () => {
    const client = dynamo.newClient();
    let lost = 0;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        if (context.commandName !== UpdateItemCommand.name || lost > 0) return answer;
        lost += 1;
        throw Object.assign(new Error('The connection was cut.'), { name: 'TimeoutError' });
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const owner = randomUUID();
    const lastly = reservation();
    const store = createDynamoUsageStore(dynamo.client, { tableName });
    await store.reserve(owner, reservation(), limits);
    const answer = await createDynamoUsageStore(client, { tableName }).reserve(owner, lastly, limits);
    expect([lost, answer.reserved]).toEqual([1, true]);
    expect((await store.find(owner))?.counts.map(({ requests }) => requests)).toEqual([2, 2, 2, 2, 2]);
  });

  it('refuses for the moment, and says why, where the table takes no more of an owner', async () => {
    const client = dynamo.newClient();
    client.middlewareStack.add(
      () => async () => {
        throw Object.assign(new Error('Too much.'), { name: 'ProvisionedThroughputExceededException' });
      },
      { step: 'initialize' },
    );
    const store = createDynamoUsageStore(client, { tableName });
    const answer = await store.reserve('vk_hot', reservation(), limits);
    expect(answer).toMatchObject({ reserved: false, refusal: { by: 'throttle', cause: { message: 'Too much.' } } });
  });

  it('throws any other fault', async () => {
    const store = createDynamoUsageStore(dynamo.client, { tableName: 'nowhere' });
    await expect(store.reserve('vk_1', reservation(), limits)).rejects.toThrow();
    await expect(store.settle('vk_1', reservation(), [])).rejects.toThrow();
  });

  it('keeps a thousand reservations in an item below 72 KiB', async () => {
    const owner = randomUUID();
    const store = createDynamoUsageStore(dynamo.client, { tableName });
    await store.reserve(owner, reservation({ micros: 123_456_789 }), limits);
    const { Item } = await dynamo.client.send(
      new GetItemCommand({ TableName: tableName, Key: { owner: { S: owner } } }),
    );
    const [[nonce, entry] = []] = Object.entries(Item?.open?.M ?? {});
    const fields = Object.entries(entry?.M ?? {});
    // What DynamoDB counts: names and texts, half a byte a digit and one more, three a map and one a member.
    const sizeOf = ({ S, N }: AttributeValue) => S?.length ?? Math.ceil((N?.length ?? 0) / 2) + 1;
    const bytes = fields.reduce((sum, [name, value]) => sum + name.length + sizeOf(value) + 1, 3);
    expect(fields.map(([name]) => name).toSorted()).toEqual(['at', 'job', 'r']);
    expect(((nonce?.length ?? 0) + 1 + bytes) * 1000).toBeLessThan(72 * 1024);
  });

  it('lets the table drop an item long after its last use', async () => {
    const owner = randomUUID();
    await createDynamoUsageStore(dynamo.client, { tableName }).reserve(owner, reservation(), limits);
    const { Item } = await dynamo.client.send(
      new GetItemCommand({ TableName: tableName, Key: { owner: { S: owner } } }),
    );
    expect(Number(Item?.ttl?.N)).toBe(at / 1000 + 400 * 86_400);
  });

  it('passes over what isn’t usage, and tells of what is broken', async () => {
    await dynamo.createTable('mixed', 'owner');
    const put = (Item: PutItemCommand['input']['Item']) =>
      dynamo.client.send(new PutItemCommand({ TableName: 'mixed', Item }));
    await put({ owner: { S: 'waits#vk_1' } });
    await put({ owner: { S: 'vk_broken' } });
    const faults: unknown[] = [];
    const store = createDynamoUsageStore(dynamo.client, {
      tableName: 'mixed',
      onUnreadable: (error) => faults.push(error),
    });
    await store.reserve('vk_1', reservation(), limits);
    const seen: string[] = [];
    for await (const page of store.pages()) seen.push(...page.map(({ owner }) => owner));
    expect(seen).toEqual(['vk_1']);
    expect(faults).toHaveLength(1);
    const { Items } = await dynamo.client.send(new ScanCommand({ TableName: 'mixed' }));
    expect(Items).toHaveLength(3);
  });
});
