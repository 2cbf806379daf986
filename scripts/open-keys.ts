import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { outputOf } from '../bin/local-clients.ts';
import { createDynamoKnownAnswers } from '../lambda/adapters/dynamo/answers/dynamo-known-answers.ts';
import { createDynamoOwnedAnswers } from '../lambda/adapters/dynamo/answers/dynamo-owned-answers.ts';
import { createDynamoFileStore } from '../lambda/adapters/dynamo/files/dynamo-file-store.ts';
import { createDynamoJobStore } from '../lambda/adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoOwnedJobs } from '../lambda/adapters/dynamo/jobs/dynamo-owned-jobs.ts';
import { createDynamoKeyRegistry } from '../lambda/adapters/dynamo/keys/dynamo-key-registry.ts';
import { createDynamoUsageStore } from '../lambda/adapters/dynamo/usage/dynamo-usage-store.ts';
import { createS3ImageStore } from '../lambda/adapters/s3/s3-image-store.ts';
import { newCredential, newKeyId } from '../lambda/adapters/secrets/new-virtual-key.ts';
import { createSqsJobQueue } from '../lambda/adapters/sqs/sqs-job-queue.ts';
import { systemClock } from '../lambda/adapters/system-clock.ts';
import { virtualKeyPrefix } from '../lambda/contract/headers.ts';
import { createCatalog } from '../lambda/providers/catalog.ts';
import type { FoundStage } from './find-stage.ts';

/**
 * The dependencies of the virtual keys' use cases, on a stage that was found. `tell` is called with faults that stop
 * nothing.
 */
export function openKeys(stage: FoundStage, tell: (line: string) => void) {
  const output = (name: string) => outputOf(stage, name);
  const dynamo = new DynamoDBClient(stage.clientSettings('DYNAMODB'));
  const s3 = new S3Client(stage.clientSettings('S3'));
  const sqs = new SQSClient(stage.clientSettings('SQS'));
  const answersTable = { tableName: output('AnswersTableName') };
  const jobsTable = { tableName: output('JobsTableName') };
  const tellOf = (what: string, error: unknown) =>
    tell(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  return {
    registry: createDynamoKeyRegistry(dynamo, { tableName: output('KeysTableName'), onFault: tellOf }),
    catalog: createCatalog(JSON.parse(output('ProviderOffers'))),
    usage: createDynamoUsageStore(dynamo, { tableName: output('UsageTableName') }),
    jobs: createDynamoJobStore(dynamo, jobsTable),
    ownedJobs: createDynamoOwnedJobs(dynamo, jobsTable),
    answers: createDynamoKnownAnswers(dynamo, answersTable),
    ownedAnswers: createDynamoOwnedAnswers(dynamo, answersTable),
    files: createDynamoFileStore(dynamo, { tableName: output('FilesTableName') }),
    images: createS3ImageStore(s3, { bucketName: output('BucketName') }),
    queue: createSqsJobQueue(sqs, {
      queueUrls: { shared: output('JobsQueueUrl'), alone: output('SlowJobsQueueUrl') },
    }),
    newKeyId,
    newCredential: () => newCredential(virtualKeyPrefix),
    clock: systemClock,
    telemetry: {
      record: (code: string, _: unknown, cause?: unknown) => {
        if (cause !== undefined) tellOf(code, cause);
      },
    },
    settings: { defaultLimits: JSON.parse(output('DefaultLimits')) },
    close() {
      for (const client of [dynamo, s3, sqs]) client.destroy();
    },
  };
}
