import type { SQSClient } from '@aws-sdk/client-sqs';
import { wakeUpFrom } from '../../adapters/sqs/sqs-job-queue.ts';
import { receivedMessage } from '../../adapters/sqs/sqs-received-message.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import type { BatchDependencies } from '../flows/handle-batch.ts';

/** What a function needs to handle the messages of the given queues. */
export const createBatchDependencies = (
  sqs: SQSClient,
  parts: { readonly queueUrls: readonly string[]; readonly clock: Clock; readonly telemetry: Telemetry },
): BatchDependencies => ({
  messageOf: (record, batchSize) => receivedMessage(sqs, { ...parts, batchSize }, record),
  wakeUpFrom,
  telemetry: parts.telemetry,
});
