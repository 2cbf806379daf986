import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoGateStore } from '../../../lambda/adapters/dynamo/dynamo-gate-store.ts';
import { openGate } from '../../../lambda/domain/rate-limiter/gate-state.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { gateStoreContract } from './gate-store-contract.ts';

const tableName = 'gates';
const clock = createFixedClock();
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable(tableName, 'gate');
});
afterAll(() => dynamo.close());

gateStoreContract('createDynamoGateStore', async () => createDynamoGateStore(dynamo.client, { tableName, clock }));

describe('createDynamoGateStore', () => {
  const gate = { provider: 'openai', keyDigest: 'ba7816bf8f01' };
  const store = () => createDynamoGateStore(dynamo.client, { tableName, clock });
  const kept = async () => {
    const Key = { gate: { S: 'openai#ba7816bf8f01' } };
    return (await dynamo.client.send(new GetItemCommand({ TableName: tableName, Key }))).Item;
  };

  it('lets the table drop an item some hours after its last use, or after its cooldown', async () => {
    const seconds = clock.now() / 1000;
    await store().write(gate, await store().read(gate), openGate);
    expect(Number((await kept())?.ttl?.N)).toBe(seconds + 7200);
    await store().write(gate, await store().read(gate), { ...openGate, cooldownUntil: clock.now() + 900_000 });
    expect(Number((await kept())?.ttl?.N)).toBe(seconds + 900 + 7200);
  });

  it('throws where the table is out of reach, for the worker to keep its message', async () => {
    const elsewhere = createDynamoGateStore(dynamo.client, { tableName: 'no-such-table', clock });
    await expect(elsewhere.read(gate)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(elsewhere.write(gate, { state: openGate, version: 1 }, openGate)).rejects.toThrow();
  });
});
