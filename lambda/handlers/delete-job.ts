import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createS3ImageStore } from '../adapters/s3/s3-image-store.ts';
import { sha256 } from '../adapters/secrets/sha256.ts';
import { createSqsJobQueue } from '../adapters/sqs/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { answerDeletion } from './flows/answer-deletion.ts';

const config = readEnvironment('delete-job');
const clock = systemClock;
const telemetry = createTelemetry('delete-job');
const dynamo = new DynamoDBClient(promptClientSettings);
const dependencies = {
  authentication: createAuthenticationDependencies(config, { dynamo, clock, telemetry }),
  sha256,
  jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  images: createS3ImageStore(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET }),
  queue: createSqsJobQueue(new SQSClient(promptClientSettings), { queueUrls: queueUrlsOf(config) }),
  clock,
  telemetry,
};

export const handler = bufferedHandler(answerDeletion(dependencies), answerFault(telemetry), config.ALLOWED_ORIGINS);
