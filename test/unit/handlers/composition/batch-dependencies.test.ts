import type { DeleteMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createBatchDependencies } from '../../../../lambda/handlers/composition/batch-dependencies.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';

const clock = createFixedClock();
const queueUrls = ['http://127.0.0.1/000000000000/jobs', 'http://127.0.0.1/000000000000/slow-jobs'];

const recordOf = (queue: string): SQSRecord =>
  ({
    receiptHandle: 'receipt',
    attributes: { SentTimestamp: String(clock.now() - 5000) },
    eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${queue}`,
  }) as SQSRecord;

function createBatch() {
  const sent: unknown[] = [];
  const sqs = { send: async ({ input }: DeleteMessageCommand) => void sent.push(input) } as unknown as SQSClient;
  return { sent, ...createBatchDependencies(sqs, { queueUrls, clock, telemetry: { record: () => {} } }) };
}

describe(createBatchDependencies, () => {
  it('gives the message of a record of any of the queues, to be removed from that one', async () => {
    const { messageOf, sent } = createBatch();
    const message = messageOf(recordOf('slow-jobs'), 1);
    expect([message.isAlone, message.ageSeconds]).toEqual([true, 5]);
    await message.remove();
    expect(sent).toEqual([{ QueueUrl: queueUrls[1], ReceiptHandle: 'receipt' }]);
    expect(messageOf(recordOf('jobs'), 2).isAlone).toBe(false);
  });

  it('refuses a record of another queue', () => {
    expect(() => createBatch().messageOf(recordOf('others'), 1)).toThrow('not a queue of this function');
  });

  it('reads the wake-up in a body', () => {
    const wakeUp = { jobId: '3f2f6a52-1111-4a5b-8c3d-000000000001', hop: 2 };
    expect(createBatch().wakeUpFrom(JSON.stringify(wakeUp))).toEqual(wakeUp);
    expect(createBatch().wakeUpFrom('{}')).toBeUndefined();
  });
});
