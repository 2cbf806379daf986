import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { clientSettings } from '../adapters/client-settings.ts';
import { createDynamoJobStore } from '../adapters/dynamo-job-store.ts';
import { createDynamoOpenJobs } from '../adapters/dynamo-open-jobs.ts';
import { createSqsJobQueue } from '../adapters/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { type Sweep, sweepJobs } from '../application/sweep-jobs.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';

const config = readEnvironment('sweep-jobs');
const dynamo = new DynamoDBClient(clientSettings);
const table = { tableName: config.JOBS_TABLE };
const dependencies = {
  jobs: createDynamoJobStore(dynamo, table),
  openJobs: createDynamoOpenJobs(dynamo, table),
  queue: createSqsJobQueue(new SQSClient(clientSettings), { queueUrls: queueUrlsOf(config) }),
  clock: systemClock,
  telemetry: createTelemetry('sweep-jobs'),
  settings: { leaseSeconds: config.LEASE_SECONDS, wakeAfterSeconds: config.WAKE_AFTER_SECONDS },
};

export const handler = (_event: unknown, context: Context): Promise<Sweep> =>
  sweepJobs(dependencies, () => context.getRemainingTimeInMillis() / 1000);
