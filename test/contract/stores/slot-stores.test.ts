import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoSlotStore } from '../../../lambda/adapters/dynamo/dynamo-slot-store.ts';
import { noSlotsHeld } from '../../../lambda/domain/usage/running-slots.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { createMemorySlotStore } from '../../support/memory-slot-store.ts';
import { slotStoreContract } from './slot-store-contract.ts';

const tableName = 'gates';
const clock = createFixedClock();
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable(tableName, 'gate');
});
afterAll(() => dynamo.close());

slotStoreContract('createMemorySlotStore', async () => createMemorySlotStore());
slotStoreContract('createDynamoSlotStore', async () => createDynamoSlotStore(dynamo.client, { tableName, clock }));

describe('createDynamoSlotStore', () => {
  it('lets the table drop an item an hour after its last use, when no worker of it is left', async () => {
    const store = createDynamoSlotStore(dynamo.client, { tableName, clock });
    const name = { owner: 'vk_9', lane: 'alone', part: 2 } as const;
    await store.write(name, await store.read(name), noSlotsHeld);
    const Key = { gate: { S: '#slots#alone#2#vk_9' } };
    const { Item } = await dynamo.client.send(new GetItemCommand({ TableName: tableName, Key }));
    expect(Number(Item?.ttl?.N)).toBe(clock.now() / 1000 + 3600);
  });
});
