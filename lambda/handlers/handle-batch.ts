import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { wakeUpFrom } from '../adapters/sqs/sqs-job-queue.ts';
import { receivedMessage } from '../adapters/sqs/sqs-received-message.ts';
import { handleWakeUp } from '../application/process/handle-wake-up.ts';
import type { Disposition } from '../application/process/message-disposition.ts';
import type { Clock, ReceivedMessage, WakeUp } from '../domain/ports.ts';
import type { Telemetry } from '../domain/telemetry.ts';

/** What a batch's messages are handled with. */
export interface BatchTools {
  readonly sqs: SQSClient;
  /** The queues that a batch may come from. */
  readonly source: { readonly queueUrls: readonly string[]; readonly clock: Clock };
  readonly telemetry: Telemetry;
}

/** Each record runs on a promise of its own; those to be kept are reported, so that Lambda leaves them on the queue. */
export async function handleBatch(
  event: SQSEvent,
  { sqs, source, telemetry }: BatchTools,
  work: (wakeUp: WakeUp, message: ReceivedMessage) => Promise<Disposition>,
): Promise<SQSBatchResponse> {
  const kept = await Promise.all(
    event.Records.map(async (record) => {
      const message = receivedMessage(sqs, { ...source, batchSize: event.Records.length }, record);
      const action = await handleWakeUp(telemetry, message, wakeUpFrom(record.body), (wakeUp) => work(wakeUp, message));
      return action === 'retry' ? [{ itemIdentifier: record.messageId }] : [];
    }),
  );
  return { batchItemFailures: kept.flat() };
}
