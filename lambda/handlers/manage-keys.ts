import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoKnownAnswers } from '../adapters/dynamo/answers/dynamo-known-answers.ts';
import { createDynamoOwnedAnswers } from '../adapters/dynamo/answers/dynamo-owned-answers.ts';
import { createDynamoFileStore } from '../adapters/dynamo/files/dynamo-file-store.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoOwnedJobs } from '../adapters/dynamo/jobs/dynamo-owned-jobs.ts';
import { createDynamoKeyRegistry } from '../adapters/dynamo/keys/dynamo-key-registry.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createS3ImageStore } from '../adapters/s3/s3-image-store.ts';
import { newCredential, newKeyId } from '../adapters/secrets/new-virtual-key.ts';
import { sha256 } from '../adapters/secrets/sha256.ts';
import { createSqsJobQueue } from '../adapters/sqs/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { virtualKeyPrefix } from '../contract/headers.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { createCatalog } from '../providers/catalog.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { answerKeyRequest } from './flows/answer-key-request.ts';

const config = readEnvironment('manage-keys');
const clock = systemClock;
const telemetry = createTelemetry('manage-keys');
const dynamo = new DynamoDBClient(promptClientSettings);
const answersTable = { tableName: config.ANSWERS_TABLE };
const jobsTable = { tableName: config.JOBS_TABLE };
const dependencies = {
  authentication: createAuthenticationDependencies(config, { dynamo, clock, telemetry }),
  sha256,
  takesTokens: config.TOKENS !== 'none',
  registry: createDynamoKeyRegistry(dynamo, {
    tableName: config.KEYS_TABLE,
    onFault: (part, error) => telemetry.record('key_not_tidy', { part }, error),
  }),
  catalog: createCatalog(config.OFFERS),
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  jobs: createDynamoJobStore(dynamo, jobsTable),
  ownedJobs: createDynamoOwnedJobs(dynamo, jobsTable),
  answers: createDynamoKnownAnswers(dynamo, answersTable),
  ownedAnswers: createDynamoOwnedAnswers(dynamo, answersTable),
  files: createDynamoFileStore(dynamo, { tableName: config.FILES_TABLE }),
  images: createS3ImageStore(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET }),
  queue: createSqsJobQueue(new SQSClient(promptClientSettings), { queueUrls: queueUrlsOf(config) }),
  newKeyId,
  newCredential: () => newCredential(virtualKeyPrefix),
  clock,
  telemetry,
  settings: { defaultLimits: config.DEFAULT_LIMITS },
};

export const handler = bufferedHandler(answerKeyRequest(dependencies), answerFault(telemetry), config.ALLOWED_ORIGINS);
