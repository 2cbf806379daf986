import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiptHandleIsInvalid,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Clock, ReceivedMessage } from '../../domain/ports.ts';
import { sqsLimits } from '../../domain/service-limits.ts';

/** The part of a Lambda's SQS record that is needed to handle its message. */
export interface ReceivedRecord {
  /** ARN of the queue that it came from, which ends in the queue's name. */
  readonly eventSourceARN: string;
  readonly receiptHandle: string;
  readonly attributes: {
    /** Epoch milliseconds, as text. */
    readonly SentTimestamp: string;
  };
}

/**
 * A message as its worker handles it. Seconds are rounded up, and held between none and twelve hours. Throws where none
 * of the queues is the one that it came from. `batchSize` is how many messages its invocation was given.
 */
export function receivedMessage(
  client: SQSClient,
  settings: { readonly queueUrls: readonly string[]; readonly clock: Clock; readonly batchSize: number },
  record: ReceivedRecord,
): ReceivedMessage {
  const message = { QueueUrl: queueOf(record, settings.queueUrls), ReceiptHandle: record.receiptHandle };
  return {
    async hideFor(seconds) {
      const VisibilityTimeout = Math.min(sqsLimits.visibilitySeconds, Math.max(0, Math.ceil(seconds)));
      await client.send(new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout }));
    },
    async remove() {
      try {
        await client.send(new DeleteMessageCommand(message));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
    get ageSeconds() {
      return Math.max(0, (settings.clock.now() - Number(record.attributes.SentTimestamp)) / 1000);
    },
    isAlone: settings.batchSize === 1,
  };
}

function queueOf({ eventSourceARN }: ReceivedRecord, queueUrls: readonly string[]): string {
  const name = eventSourceARN.split(':').at(-1);
  const found = queueUrls.find((url) => url.split('/').at(-1) === name);
  if (found === undefined)
    throw new Error(`A message came from ${eventSourceARN}, which is not a queue of this function.`);
  return found;
}

/**
 * A message whose receipt handle has expired is deleted, or received by another worker: either way there is nothing
 * left to do.
 */
function isGone(error: unknown): boolean {
  if (error instanceof ReceiptHandleIsInvalid) return true;
  return error instanceof Error && error.name === 'InvalidParameterValue' && /receipt ?handle/i.test(error.message);
}
