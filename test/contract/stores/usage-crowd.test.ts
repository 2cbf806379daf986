import { afterAll, beforeAll, describe, it } from 'vitest';
import { createDynamoUsageStore } from '../../../lambda/adapters/dynamo/usage/dynamo-usage-store.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { crowd } from './usage-crowd.ts';

const tableName = 'usage';
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable(tableName, 'owner');
});
afterAll(() => dynamo.close());

describe('createDynamoUsageStore', () => {
  it('gives exactly 100 of 500 at once room in a budget for 100, and settles each once', async () => {
    await crowd(createDynamoUsageStore(dynamo.client, { tableName }), { submissions: 500, room: 100 });
  }, 120_000);
});
