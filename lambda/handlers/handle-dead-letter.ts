import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../adapters/client-settings.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createSqsJobQueue } from '../adapters/sqs/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { handleDeadLetter } from '../application/upkeep/handle-dead-letter.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createBatchDependencies } from './composition/batch-dependencies.ts';
import { handleBatch } from './flows/handle-batch.ts';

const config = readEnvironment('handle-dead-letter');
const clock = systemClock;
const telemetry = createTelemetry('handle-dead-letter');
const sqs = new SQSClient(clientSettings);
const dynamo = new DynamoDBClient(clientSettings);
const queueUrls = [config.DEAD_LETTERS_URL];
const dependencies = {
  jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  queue: createSqsJobQueue(sqs, { queueUrls: queueUrlsOf(config) }),
  clock,
  telemetry,
  settings: { leaseSeconds: config.LEASE_SECONDS },
};

const batch = createBatchDependencies(sqs, { queueUrls, clock, telemetry });

export const handler = handleBatch(batch, (wakeUp) => handleDeadLetter(dependencies, wakeUp));
