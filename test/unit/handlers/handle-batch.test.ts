import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { handleBatch } from '../../../lambda/handlers/handle-batch.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';

const clock = createFixedClock();
const queueUrl = 'http://127.0.0.1/000000000000/jobs';

/** A batch as Lambda hands it over, with a wake-up for a job of its own in each record. */
const batchOf = (size: number): SQSEvent =>
  ({
    Records: Array.from({ length: size }, (_, at) => ({
      messageId: `message-${at}`,
      receiptHandle: `receipt-${at}`,
      body: JSON.stringify({ jobId: `3f2f6a52-1111-4a5b-8c3d-00000000000${at}`, hop: 0 }),
      attributes: { SentTimestamp: String(clock.now()) },
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:jobs',
    })),
  }) as unknown as SQSEvent;

describe('handleBatch', () => {
  it.each([
    [1, [true]],
    [3, [false, false, false]],
  ])('tells each of %i messages whether it has the invocation alone', async (size, expected) => {
    const sqs = { send: async () => ({}) } as unknown as SQSClient;
    const seen: boolean[] = [];
    const tools = { sqs, source: { queueUrls: [queueUrl], clock }, telemetry: { record: () => {} } };
    const { batchItemFailures } = await handleBatch(batchOf(size), tools, async (_, message) => {
      seen.push(message.isAlone);
      return { action: 'delete' };
    });
    expect(seen).toEqual(expected);
    expect(batchItemFailures).toEqual([]);
  });
});
