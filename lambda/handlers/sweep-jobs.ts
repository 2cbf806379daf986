import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { clientSettings } from '../adapters/client-settings.ts';
import { createDynamoJobStore } from '../adapters/dynamo-job-store.ts';
import { createDynamoOpenJobs } from '../adapters/dynamo-open-jobs.ts';
import { createDynamoUsageStore } from '../adapters/dynamo-usage-store.ts';
import { createSqsBacklog } from '../adapters/sqs-backlog.ts';
import { createSqsJobQueue } from '../adapters/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { type Sweep, sweepJobs } from '../application/sweep-jobs.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';

const config = readEnvironment('sweep-jobs');
const dynamo = new DynamoDBClient(clientSettings);
const table = { tableName: config.JOBS_TABLE };
const sqs = new SQSClient(clientSettings);
const queues = { queueUrls: queueUrlsOf(config) };
const telemetry = createTelemetry('sweep-jobs');
const dependencies = {
  jobs: createDynamoJobStore(dynamo, table),
  usage: createDynamoUsageStore(dynamo, {
    tableName: config.USAGE_TABLE,
    onUnreadable: (error) => telemetry.record('usage_unreadable', {}, error),
  }),
  // Nobody marks an owner yet.
  purge: async () => ({ isDone: false }),
  openJobs: createDynamoOpenJobs(dynamo, {
    ...table,
    onUnreadable: (count, first) => telemetry.record('worker_fault', { part: 'index', count }, first),
  }),
  queue: createSqsJobQueue(sqs, queues),
  backlog: createSqsBacklog(sqs, queues),
  clock: systemClock,
  timers: systemTimers,
  random: Math.random,
  telemetry,
  settings: { leaseSeconds: config.LEASE_SECONDS, wakeAfterSeconds: config.WAKE_AFTER_SECONDS },
};

export const handler = (_event: unknown, context: Context): Promise<Sweep> =>
  sweepJobs(dependencies, () => context.getRemainingTimeInMillis() / 1000);
