import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoJobStore } from '../../../lambda/adapters/dynamo-job-store.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createMemoryJobStore } from '../../support/memory-job-store.ts';
import { jobStoreRemovalContract } from './job-store-removal-contract.ts';

let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable('jobs', 'id');
});
afterAll(() => dynamo.close());

jobStoreRemovalContract('createMemoryJobStore', async () => createMemoryJobStore());
jobStoreRemovalContract('createDynamoJobStore', async () => createDynamoJobStore(dynamo.client, { tableName: 'jobs' }));

describe('createDynamoJobStore', () => {
  it('throws when a removal meets a fault, instead of saying that the condition did not hold', async () => {
    const store = createDynamoJobStore(dynamo.client, { tableName: 'no-such-table' });
    await expect(store.remove('any', [])).rejects.toThrow();
  });
});
