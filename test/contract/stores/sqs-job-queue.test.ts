import {
  type ChangeMessageVisibilityCommandInput,
  ReceiveMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqsJobQueue, wakeUpFrom } from '../../../lambda/adapters/sqs/sqs-job-queue.ts';
import { receivedMessage } from '../../../lambda/adapters/sqs/sqs-received-message.ts';
import { lanes } from '../../../lambda/domain/jobs/lane.ts';
import type { ReceivedMessage } from '../../../lambda/domain/ports.ts';
import { startObjectsAndQueues, type TestObjectsAndQueues } from '../../support/emulators.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { jobQueueContract } from './job-queue-contract.ts';

const jobId = '3f2f6a52-1111-4a5b-8c3d-000000000001';

let emulators: TestObjectsAndQueues;
beforeAll(async () => {
  emulators = await startObjectsAndQueues();
});
afterAll(() => emulators.close());

jobQueueContract('createSqsJobQueue', async () => {
  const queueUrls = {
    shared: await emulators.createQueue('contract'),
    alone: await emulators.createQueue('contract-slow'),
  };
  const laneOf = ({ QueueUrl }: SendMessageCommandInput) => lanes.find((lane) => queueUrls[lane] === QueueUrl);
  // The emulator drops the message group of a standard queue's messages, so the requests themselves are looked at.
  const requests: SendMessageCommandInput[] = [];
  emulators.sqs.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const input = args.input as SendMessageCommandInput;
      if (laneOf(input) !== undefined) requests.push(input);
      return answer;
    },
    { step: 'initialize', name: 'noteRequests' },
  );
  return {
    queue: createSqsJobQueue(emulators.sqs, { queueUrls }),
    sent: async () =>
      requests.splice(0).map((request) => ({
        wakeUp: JSON.parse(request.MessageBody ?? ''),
        owner: request.MessageGroupId ?? '',
        lane: laneOf(request) ?? 'shared',
        delaySeconds: request.DelaySeconds ?? -1,
      })),
  };
});

describe('the message group', () => {
  it.each([
    ['vk_3f2f6a52-1111-4a5b-8c3d-000000000001', /^vk_3f2f6a52-1111-4a5b-8c3d-000000000001$/],
    ['admin:auth0|42', /^admin:auth0\|42$/],
    ['admin:Zoë Blå', /^[0-9a-f]{64}$/],
    [`admin:${'x'.repeat(128)}`, /^[0-9a-f]{64}$/],
  ])('of jobs of %s is one that SQS takes', async (owner, group) => {
    const client = new SQSClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const groups: (string | undefined)[] = [];
    // The request alone is looked at: the emulator would take any group.
    client.middlewareStack.add(
      () =>
        async ({ input }) => {
          groups.push((input as SendMessageCommandInput).MessageGroupId);
          return { output: { $metadata: {} }, response: {} };
        },
      { step: 'initialize' },
    );
    const queueUrls = { shared: 'http://127.0.0.1/queue', alone: 'http://127.0.0.1/slow' };
    await createSqsJobQueue(client, { queueUrls }).send({ jobId, hop: 0 }, { owner, lane: 'shared' }, 0);
    expect(groups).toEqual([expect.stringMatching(group)]);
  });
});

describe('receivedMessage', () => {
  const clock = createFixedClock();

  /** Sends a wake-up to a queue of its own, and takes it up. */
  async function received(name: string) {
    const queueUrl = await emulators.createQueue(name, { VisibilityTimeout: '30' });
    const queueUrls = { shared: queueUrl, alone: queueUrl };
    const to = { owner: 'key-1', lane: 'shared' } as const;
    await createSqsJobQueue(emulators.sqs, { queueUrls }).send({ jobId, hop: 2 }, to, 0);
    const receive = async () => {
      const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 0 });
      return (await emulators.sqs.send(command)).Messages?.[0];
    };
    const raw = await receive();
    const record = {
      eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${name}`,
      receiptHandle: raw?.ReceiptHandle ?? '',
      attributes: { SentTimestamp: String(clock.now() - 4500) },
    };
    const message: ReceivedMessage = receivedMessage(
      emulators.sqs,
      { queueUrls: [queueUrl], clock, batchSize: 1 },
      record,
    );
    return { raw, receive, message, record, queueUrl };
  }

  it('carries the wake-up that was sent', async () => {
    const { raw, message } = await received('carry');
    expect(wakeUpFrom(raw?.Body ?? '')).toEqual({ jobId, hop: 2 });
    expect(message.ageSeconds).toBe(4.5);
    expect(message.isAlone).toBe(true);
  });

  it('hides for as long as is asked, and not at all for nothing', async () => {
    const { receive, message } = await received('hide');
    await message.hideFor(60);
    expect(await receive()).toBeUndefined();
    await message.hideFor(0);
    expect((await receive())?.Body).toContain(jobId);
  });

  it.each([
    [12.5, 13],
    [-3, 0],
    [1_000_000, 43_200],
  ])('asks, for %s seconds, for %s: whole ones within what SQS allows', async (seconds, asked) => {
    const requests: unknown[] = [];
    const client = emulators.newSqsClient();
    client.middlewareStack.add(
      (next) => async (args) => {
        requests.push((args.input as ChangeMessageVisibilityCommandInput).VisibilityTimeout);
        return next(args);
      },
      { step: 'initialize', name: 'noteRequests' },
    );
    const { record, queueUrl } = await received(`ask-${asked}`);
    await receivedMessage(client, { queueUrls: [queueUrl], clock, batchSize: 1 }, record).hideFor(seconds);
    expect(requests).toEqual([asked]);
  });

  it('removes the message, and does not mind that it is gone', async () => {
    const { receive, message } = await received('remove');
    await message.hideFor(60);
    await message.remove();
    await message.remove();
    expect(await receive()).toBeUndefined();
  });

  it('is handled on the queue that it came from, of several', async () => {
    const { receive, record, queueUrl } = await received('second');
    const queueUrls = [await emulators.createQueue('first'), queueUrl];
    await receivedMessage(emulators.sqs, { queueUrls, clock, batchSize: 1 }, record).hideFor(0);
    expect((await receive())?.Body).toContain(jobId);
    expect(() =>
      receivedMessage(emulators.sqs, { queueUrls: queueUrls.slice(0, 1), clock, batchSize: 1 }, record),
    ).toThrow(/second/);
  });

  it('throws where the queue is gone', async () => {
    const queueUrl = (await emulators.createQueue('other')).replace('other', 'no-such-queue');
    const eventSourceARN = 'arn:aws:sqs:eu-central-1:000000000000:no-such-queue';
    const record = { eventSourceARN, receiptHandle: 'any', attributes: { SentTimestamp: '0' } };
    await expect(
      receivedMessage(emulators.sqs, { queueUrls: [queueUrl], clock, batchSize: 1 }, record).remove(),
    ).rejects.toThrow();
  });
});
