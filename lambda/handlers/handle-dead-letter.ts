import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { clientSettings } from '../adapters/client-settings.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createSqsJobQueue } from '../adapters/sqs/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { handleDeadLetter } from '../application/upkeep/handle-dead-letter.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { handleBatch } from './handle-batch.ts';

const config = readEnvironment('handle-dead-letter');
const clock = systemClock;
const telemetry = createTelemetry('handle-dead-letter');
const sqs = new SQSClient(clientSettings);
const dynamo = new DynamoDBClient(clientSettings);
const source = { queueUrls: [config.DEAD_LETTERS_URL], clock };
const dependencies = {
  jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  queue: createSqsJobQueue(sqs, { queueUrls: queueUrlsOf(config) }),
  clock,
  telemetry,
  settings: { leaseSeconds: config.LEASE_SECONDS },
};

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  handleBatch(event, { sqs, source, telemetry }, (wakeUp) => handleDeadLetter(dependencies, wakeUp));
