import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { clientFor, type RunningSample, startSample } from './running-sample.ts';

let sample: RunningSample;
let client: SQSClient;

beforeAll(async () => {
  sample = await startSample();
  client = new SQSClient(clientFor(sample.stack, 'SQS'));
});

afterAll(async () => {
  client?.destroy();
  await sample?.stop();
});

async function sendMessage(body: string): Promise<void> {
  await client.send(
    new SendMessageCommand({
      QueueUrl: sample.stack.outputs.WorkUrl,
      MessageBody: body,
      MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } },
    }),
  );
}

async function messagesLeft(): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const request = { QueueUrl: sample.stack.outputs.WorkUrl, AttributeNames: [...AttributeNames] };
  const { Attributes = {} } = await client.send(new GetQueueAttributesCommand(request));
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

function records(lines: readonly string[], body: string): SQSRecord[] {
  const worked = lines.filter((line) => line.startsWith('[worker] worked '));
  return worked
    .map((line) => JSON.parse(line.slice('[worker] worked '.length)))
    .filter((record) => record.body === body);
}

describe('startQueuePump', () => {
  it('brings a failed message back until the dead-letter queue takes it, and deletes the rest of its batch', async () => {
    await Promise.all([sendMessage('fail one'), sendMessage('good one'), sendMessage('good two')]);
    await sample.waitForLines(
      /^\[dead-letter\] deadLettered fail one arn:aws:sqs:us-east-1:000000000000:dead-lettered$/,
    );
    expect(records(sample.lines, 'fail one').map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual([
      '1',
      '2',
    ]);
    expect(records(sample.lines, 'good one')).toHaveLength(1);
    expect(records(sample.lines, 'good two')).toHaveLength(1);
    await waitFor(async () => expect(await messagesLeft()).toBe(0));
  });

  it('speaks the event format of a queue', async () => {
    await sendMessage('look at me');
    await sample.waitForLines(/worked .*look at me/);
    const [record] = records(sample.lines, 'look at me');
    expect(record).toMatchObject({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: { colour: { dataType: 'String', stringValue: 'red' } },
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
      awsRegion: 'us-east-1',
    });
  });

  it('deletes nothing of a batch whose function throws', async () => {
    await sendMessage('throw');
    await sample.waitForLines(/^\[dead-letter\] deadLettered throw /);
    expect(records(sample.lines, 'throw')).toHaveLength(2);
  });

  it('gathers messages over the batching window', async () => {
    const worked = () => sample.lines.filter((line) => line.includes('"body":"gathered')).length;
    await sendMessage('gathered 1');
    await sendMessage('gathered 2');
    expect(worked()).toBe(0);
    await sample.waitForLines(/"body":"gathered/, 2);
  });
});
