import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoJobStore } from '../../../lambda/adapters/dynamo/jobs/dynamo-job-store.ts';
import { acceptedJob } from '../../../lambda/domain/jobs/job.ts';
import { WriteRefused } from '../../../lambda/domain/jobs/write-refused.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { keptFields } from '../../support/kept-items.ts';
import { createMemoryJobStore } from '../../support/memory-job-store.ts';
import { jobStoreRemovalContract } from './job-store-removal-contract.ts';
import { newOrder } from './job-store-samples.ts';

let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable('jobs', 'id');
});
afterAll(() => dynamo.close());

jobStoreRemovalContract('createMemoryJobStore', async () => createMemoryJobStore());
jobStoreRemovalContract('createDynamoJobStore', async () => createDynamoJobStore(dynamo.client, { tableName: 'jobs' }));

/** A store that is answered by the emulator only where `answer` doesn't do so first. */
function createInterruptedStore(answer: (command: string | undefined) => Promise<void>): JobStore {
  const client = dynamo.newClient();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answered = await next(args);
      await answer(context.commandName);
      return answered;
    },
    { step: 'deserialize', priority: 'low', name: 'interrupt' },
  );
  return createDynamoJobStore(client, { tableName: 'jobs' });
}

describe('createDynamoJobStore', () => {
  const store = () => createDynamoJobStore(dynamo.client, { tableName: 'jobs' });

  it('throws when an undo meets a fault, instead of saying that all is well', async () => {
    const missing = createDynamoJobStore(dynamo.client, { tableName: 'no-such-table' });
    await expect(missing.undo(acceptedJob(newOrder()))).rejects.toThrow();
  });

  it('tells an item that was refused for sure from one of which nobody knows', async () => {
    const refusing = createDynamoJobStore(dynamo.client, { tableName: 'no-such-table' });
    await expect(refusing.create(acceptedJob(newOrder()))).rejects.toBeInstanceOf(WriteRefused);
    const silent = createInterruptedStore(() => Promise.reject(new Error('socket hang up')));
    await expect(silent.create(acceptedJob(newOrder()))).rejects.not.toBeInstanceOf(WriteRefused);
  });

  it('knows its own mark, of which the answer was lost', async () => {
    let lost = 1;
    const forgetful = createInterruptedStore(async (command) => {
      if (command !== 'PutItemCommand' || lost-- <= 0) return;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    });
    const order = newOrder();
    await store().create(acceptedJob(order));
    expect(await forgetful.undo(acceptedJob(order))).toEqual({ undone: true });
    expect(lost).toBeLessThan(0);
    expect(await store().find(order.id)).toBeUndefined();
  });

  it('has a late write fail at every mark, also one of twins, and lets no late mark take a job of theirs', async () => {
    const [mine, twin] = [newOrder(), newOrder({ submissionNonce: 'nonce-2' })];
    const theirs = { ...twin, id: mine.id };
    await store().undo(acceptedJob(mine));
    await store().create(acceptedJob(theirs));
    expect(await store().undo(acceptedJob(mine))).toMatchObject({ undone: false, job: { submissionNonce: 'nonce-2' } });
    expect((await store().find(mine.id))?.submissionNonce).toBe('nonce-2');
  });

  it('looks again where the place has changed hands between its look and its mark', async () => {
    const [mine, theirs] = [newOrder(), newOrder({ submissionNonce: 'nonce-2' })];
    let polls = 0;
    const slow = createInterruptedStore(async (command) => {
      if (command === 'GetItemCommand' && polls++ === 0) await store().create(acceptedJob({ ...theirs, id: mine.id }));
    });
    expect(await slow.undo(acceptedJob(mine))).toMatchObject({ undone: false, job: { submissionNonce: 'nonce-2' } });
  });

  it('gives up, and says so, where the place changes hands without end', async () => {
    const mine = newOrder();
    let polls = 0;
    const slow = createInterruptedStore(async (command) => {
      if (command !== 'GetItemCommand') return;
      await store().undo(acceptedJob({ ...mine, submissionNonce: `other-${polls++}` }));
    });
    await expect(slow.undo(acceptedJob(mine))).rejects.toThrow('could not be rolled back');
    expect(polls).toBe(5);
  });

  it('keeps the mark for a day, and no longer than that', async () => {
    const order = newOrder();
    await store().undo(acceptedJob(order));
    expect(await keptFields(dynamo.client, 'jobs', order.id)).toEqual({
      id: order.id,
      undone: JSON.stringify([order.submissionNonce]),
      ttl: order.createdAt / 1000 + 86_400,
    });
    const later = { ...order, createdAt: order.createdAt + 86_400_000, submissionNonce: 'nonce-2' };
    expect(await store().create(acceptedJob(later))).toBe('created');
    expect(await keptFields(dynamo.client, 'jobs', order.id)).not.toHaveProperty('undone');
  });
});
