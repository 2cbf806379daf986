import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoWaitSlots } from '../../../lambda/adapters/dynamo/usage/dynamo-wait-slots.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { createMemoryWaitSlots } from '../../support/memory-wait-slots.ts';
import { maxWaits, waitSlotsContract } from './wait-slots-contract.ts';

const tableName = 'usage';
const clock = createFixedClock();
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable(tableName, 'owner');
});
afterAll(() => dynamo.close());

const open = (over: { client?: DynamoDBClient; maxWaits?: number } = {}) =>
  createDynamoWaitSlots(over.client ?? dynamo.client, { tableName, clock, maxWaits: over.maxWaits ?? maxWaits });

waitSlotsContract('createMemoryWaitSlots', clock, async () => createMemoryWaitSlots({ clock, maxWaits }));
waitSlotsContract('createDynamoWaitSlots', clock, async () => open());

const itemOf = async (owner: string) => {
  const Key = { owner: { S: `waits#${owner}` } };
  return (await dynamo.client.send(new GetItemCommand({ TableName: tableName, Key }))).Item;
};

describe('createDynamoWaitSlots, with 200 at once on room for 20', () => {
  const waits = () => open({ maxWaits: 20 });
  const rush = async (owner: string): Promise<number> => {
    const until = clock.now() + 30_000;
    const entered = await Promise.all(Array.from({ length: 200 }, () => waits().enter(owner, randomUUID(), until)));
    return entered.filter(Boolean).length;
  };

  it('lets exactly 20 in, of an owner who never waited and of one whose waits are all over', async () => {
    const owner = randomUUID();
    expect(await rush(owner)).toBe(20);
    expect(await waits().enter(owner, randomUUID(), clock.now() + 30_000)).toBe(false);
    clock.advance(30);
    expect(await rush(owner)).toBe(20);
    expect(Object.keys((await itemOf(owner))?.waits?.M ?? {})).toHaveLength(20);
  });
});

describe('createDynamoWaitSlots, where answers get lost', () => {
  /** A client whose every write is made, and answered to its second try alone. */
  function forgetfulClient() {
    const client = dynamo.newClient();
    const seen = new Set<unknown>();
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        if (context.commandName !== 'UpdateItemCommand' || seen.has(args.input)) return answer;
        seen.add(args.input);
        throw Object.assign(new Error('The answer got lost.'), { name: 'TimeoutError' });
      },
      { step: 'finalizeRequest', priority: 'low', name: 'loseAnswers' },
    );
    return client;
  }

  it('counts a wait once, the last one too, and takes it off once', async () => {
    const owner = randomUUID();
    const waits = open({ client: forgetfulClient(), maxWaits: 2 });
    const [first, second] = [randomUUID(), randomUUID()];
    expect(await waits.enter(owner, first, clock.now() + 30_000)).toBe(true);
    expect(await waits.enter(owner, second, clock.now() + 30_000)).toBe(true);
    expect(await waits.enter(owner, randomUUID(), clock.now() + 30_000)).toBe(false);
    expect(Object.keys((await itemOf(owner))?.waits?.M ?? {}).sort()).toEqual([first, second].sort());
    await waits.leave(owner, first);
    expect(Object.keys((await itemOf(owner))?.waits?.M ?? {})).toEqual([second]);
  });
});

describe('createDynamoWaitSlots', () => {
  it('keeps no more of an owner than may wait, and lets the table drop it an hour after the last', async () => {
    const owner = randomUUID();
    await open().enter(owner, 'wait-1', clock.now() + 30_000);
    expect(await itemOf(owner)).toEqual({
      owner: { S: `waits#${owner}` },
      waits: { M: { 'wait-1': { N: String(clock.now() + 30_000) } } },
      ttl: { N: String(Math.ceil(clock.now() / 1000) + 3600) },
    });
    for (let round = 0; round < 4; round += 1) {
      clock.advance(31);
      await open().enter(owner, `wait-2-${round}`, clock.now() + 30_000);
      await open().enter(owner, `wait-3-${round}`, clock.now() + 30_000);
    }
    expect(Object.keys((await itemOf(owner))?.waits?.M ?? {}).length).toBeLessThanOrEqual(maxWaits);
  });

  it('throws where the table is out of reach', async () => {
    const elsewhere = createDynamoWaitSlots(dynamo.client, { tableName: 'no-such-table', clock, maxWaits });
    await expect(elsewhere.enter('vk_1', 'wait-1', 1)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(elsewhere.leave('vk_1', 'wait-1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
