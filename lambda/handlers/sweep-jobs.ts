import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { clientSettings } from '../adapters/client-settings.ts';
import { createDynamoKnownAnswers } from '../adapters/dynamo/answers/dynamo-known-answers.ts';
import { createDynamoOwnedAnswers } from '../adapters/dynamo/answers/dynamo-owned-answers.ts';
import { createDynamoFileStore } from '../adapters/dynamo/files/dynamo-file-store.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoOpenJobs } from '../adapters/dynamo/jobs/dynamo-open-jobs.ts';
import { createDynamoOwnedJobs } from '../adapters/dynamo/jobs/dynamo-owned-jobs.ts';
import { createDynamoKeyStore } from '../adapters/dynamo/keys/dynamo-key-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createS3ImageStore } from '../adapters/s3/s3-image-store.ts';
import { createSqsBacklog } from '../adapters/sqs/sqs-backlog.ts';
import { createSqsJobQueue } from '../adapters/sqs/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { continuePurge } from '../application/keys/purge-owner.ts';
import { type Sweep, sweepJobs } from '../application/upkeep/sweep-jobs.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';

const config = readEnvironment('sweep-jobs');
const dynamo = new DynamoDBClient(clientSettings);
const table = { tableName: config.JOBS_TABLE };
const answersTable = { tableName: config.ANSWERS_TABLE };
const sqs = new SQSClient(clientSettings);
const queues = { queueUrls: queueUrlsOf(config) };
const telemetry = createTelemetry('sweep-jobs');
const shared = {
  jobs: createDynamoJobStore(dynamo, table),
  usage: createDynamoUsageStore(dynamo, {
    tableName: config.USAGE_TABLE,
    onUnreadable: (error) => telemetry.record('usage_unreadable', {}, error),
  }),
  queue: createSqsJobQueue(sqs, queues),
  clock: systemClock,
  telemetry,
};
const purging = {
  ...shared,
  keys: createDynamoKeyStore(dynamo, { tableName: config.KEYS_TABLE, clock: systemClock }),
  ownedJobs: createDynamoOwnedJobs(dynamo, table),
  answers: createDynamoKnownAnswers(dynamo, answersTable),
  ownedAnswers: createDynamoOwnedAnswers(dynamo, answersTable),
  files: createDynamoFileStore(dynamo, { tableName: config.FILES_TABLE }),
  images: createS3ImageStore(new S3Client(clientSettings), { bucketName: config.IMAGES_BUCKET }),
};
const dependencies = {
  ...shared,
  purge: (owner: string, hasTime: () => boolean) => continuePurge(purging, owner, hasTime),
  openJobs: createDynamoOpenJobs(dynamo, {
    ...table,
    onUnreadable: (count, first) => telemetry.record('worker_fault', { part: 'index', count }, first),
  }),
  backlog: createSqsBacklog(sqs, queues),
  timers: systemTimers,
  random: Math.random,
  settings: { leaseSeconds: config.LEASE_SECONDS, wakeAfterSeconds: config.WAKE_AFTER_SECONDS },
};

export const handler = (_event: unknown, context: Context): Promise<Sweep> =>
  sweepJobs(dependencies, () => context.getRemainingTimeInMillis() / 1000);
