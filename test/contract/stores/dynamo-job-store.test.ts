import { type GetItemCommandInput, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoJobStore } from '../../../lambda/adapters/dynamo/jobs/dynamo-job-store.ts';
import type { Transition } from '../../../lambda/domain/jobs/conditions.ts';
import * as endings from '../../../lambda/domain/jobs/endings.ts';
import { acceptedJob, type OpenJob } from '../../../lambda/domain/jobs/job.ts';
import * as transitions from '../../../lambda/domain/jobs/transitions.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { keptFields } from '../../support/kept-items.ts';
import { noon as submittedAt } from '../../support/sample-job.ts';
import { jobStoreContract } from './job-store-contract.ts';
import { newOrder, openJobOf, sampleFailure, sampleResult, startedAttempt } from './job-store-samples.ts';

const tableName = 'jobs';
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable(tableName, 'id');
});
afterAll(() => dynamo.close());

jobStoreContract('createDynamoJobStore', async () => ({
  store: createDynamoJobStore(dynamo.client, { tableName }),
  fieldsOf: (id) => keptFields(dynamo.client, tableName, id),
}));

describe('createDynamoJobStore, when the answer to a write gets lost', () => {
  const claim = transitions.claim(0, submittedAt, 120);

  /** A store whose next write arrives, but whose client doesn't hear of it, and sends it again after `meanwhile`. */
  function forgetfulStore(meanwhile: () => Promise<unknown> = async () => {}): JobStore {
    const client = dynamo.newClient();
    let answersToLose = 1;
    client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        if (answersToLose === 0) return answer;
        answersToLose -= 1;
        await meanwhile();
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
      },
      { step: 'finalizeRequest', priority: 'low', name: 'loseAnswers' },
    );
    return createDynamoJobStore(client, { tableName });
  }
  const store = () => createDynamoJobStore(dynamo.client, { tableName });

  async function claimedJob(): Promise<OpenJob> {
    const order = newOrder();
    await store().create(acceptedJob(order));
    return openJobOf(await store().apply(order.id, claim));
  }

  it('knows its own new job', async () => {
    expect(await forgetfulStore().create(acceptedJob(newOrder()))).toBe('created');
  });

  it('knows its own claim, and makes it once', async () => {
    const order = newOrder();
    await store().create(acceptedJob(order));
    const claimed = openJobOf(await forgetfulStore().apply(order.id, claim));
    expect(claimed).toMatchObject({ claim: 1, crashes: 0, leaseHeld: 1 });
    expect(await store().find(order.id)).toEqual(claimed);
  });

  it('adds once where the condition would hold a second time', async () => {
    const job = await claimedJob();
    const replay: Transition = { name: 'replay', when: [], change: { add: { replays: 1 } } };
    expect(await forgetfulStore().apply(job.id, replay)).toMatchObject({ applied: true, job: { replays: 1 } });
  });

  it('knows its own completion, though a replay has been counted since', async () => {
    const job = await claimedJob();
    const replay: Transition = { name: 'replay', when: [], change: { add: { replays: 1 } } };
    const completion = endings.complete(job, startedAttempt(1), sampleResult, submittedAt);
    const completed = await forgetfulStore(() => store().apply(job.id, replay)).apply(job.id, completion);
    expect(completed).toMatchObject({ applied: true, job: { status: 'completed', replays: 1 } });
  });

  describe('of a sweep that allows a wake-up', () => {
    const woken = async (meanwhile: (id: string) => Promise<unknown>) => {
      const order = newOrder();
      await store().create(acceptedJob(order));
      const entry = { ...acceptedJob(order), wakeAt: 0, wakeups: 0 };
      const wake = transitions.wake(entry, submittedAt + 120_000, 120);
      const { applied } = await forgetfulStore(() => meanwhile(order.id)).apply(order.id, wake);
      return { applied, fields: await keptFields(dynamo.client, tableName, order.id) };
    };

    it('knows its own allowance, and doubles once', async () => {
      const { applied, fields } = await woken(async () => {});
      expect(applied).toBe(true);
      expect(fields).toMatchObject({ wakeups: 1, wakeAt: submittedAt + 240_000 });
    });

    it('sends none where the job was claimed meanwhile', async () => {
      const { applied, fields } = await woken((id) =>
        store().apply(id, transitions.claim(0, submittedAt + 120_000, 120)),
      );
      expect(applied).toBe(false);
      expect(fields).toMatchObject({ claim: 1, wakeups: 0, wakeAt: 0 });
    });
  });

  it('does not take a claim for its own that has been overtaken', async () => {
    const order = newOrder();
    await store().create(acceptedJob(order));
    const overtake = () => store().apply(order.id, transitions.claim(0, submittedAt + 200_000, 120));
    const refused = await forgetfulStore(overtake).apply(order.id, claim);
    expect(refused).toMatchObject({ applied: false, job: { claim: 2, crashes: 1 } });
  });

  it('does not take a claim for standing whose job has ended since', async () => {
    const order = newOrder();
    await store().create(acceptedJob(order));
    const end = async () => {
      const job = await store().find(order.id);
      return store().apply(order.id, endings.fail(job as OpenJob, sampleFailure, submittedAt));
    };
    expect(await forgetfulStore(end).apply(order.id, claim)).toMatchObject({
      applied: false,
      job: { status: 'failed' },
    });
  });

  it('does not take a ledger entry for standing whose job has ended since', async () => {
    const job = await claimedJob();
    const end = async () => {
      const latest = (await store().find(job.id)) as OpenJob;
      return store().apply(job.id, endings.fail(latest, sampleFailure, submittedAt));
    };
    const started = await forgetfulStore(end).apply(job.id, transitions.startAttempt(job, startedAttempt(1)));
    expect(started).toMatchObject({ applied: false, job: { status: 'failed' } });
  });
});

describe('createDynamoJobStore, whenever it reads', () => {
  it('asks for a consistent answer, which the emulator would give anyway', async () => {
    const reads: unknown[] = [];
    const client = dynamo.newClient();
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'GetItemCommand') reads.push((args.input as GetItemCommandInput).ConsistentRead);
        return next(args);
      },
      { step: 'initialize', name: 'noteReads' },
    );
    const store = createDynamoJobStore(client, { tableName });
    const order = newOrder();
    await store.create(acceptedJob(order));
    await store.create(acceptedJob({ ...order, submissionNonce: 'nonce-2' }));
    await store.find(order.id);
    await store.apply(order.id, transitions.claim(0, submittedAt - 1, 120));
    expect(reads).toEqual([true, true, true]);
  });
});

describe('createDynamoJobStore, at a fault', () => {
  it('throws instead of finding nothing', async () => {
    const store = createDynamoJobStore(dynamo.client, { tableName: 'no-such-table' });
    await expect(store.find('any')).rejects.toThrow();
    await expect(store.create(acceptedJob(newOrder()))).rejects.toThrow();
    await expect(store.apply('any', transitions.claim(0, submittedAt, 120))).rejects.toThrow();
  });

  it('names what is wrong with an item that is no job', async () => {
    await dynamo.client.send(
      new PutItemCommand({ TableName: tableName, Item: { id: { S: 'odd' }, owner: { N: '1' } } }),
    );
    const store = createDynamoJobStore(dynamo.client, { tableName });
    await expect(store.find('odd')).rejects.toThrow('The item odd is not a job: owner is not a string.');
  });
});
