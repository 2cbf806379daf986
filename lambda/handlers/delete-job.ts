import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createS3ImageStore } from '../adapters/s3/s3-image-store.ts';
import { createSqsJobQueue } from '../adapters/sqs/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { authenticate } from '../application/serve/authenticate.ts';
import { deleteJob } from '../application/serve/delete-job.ts';
import { operationOf } from '../contract/routes.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { emptyResponse } from '../http/answer/api-response.ts';
import { bufferedHandler } from '../http/answer/buffered-response.ts';
import { readApiRequest } from '../http/request/api-request.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthentication } from './authentication.ts';
import { presentedCredential } from './presented-credential.ts';

const config = readEnvironment('delete-job');
const clock = systemClock;
const telemetry = createTelemetry('delete-job');
const dynamo = new DynamoDBClient(promptClientSettings);
const authentication = createAuthentication(config, { dynamo, clock, telemetry });
const dependencies = {
  jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  images: createS3ImageStore(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET }),
  queue: createSqsJobQueue(new SQSClient(promptClientSettings), { queueUrls: queueUrlsOf(config) }),
  clock,
  telemetry,
};

export const handler = bufferedHandler(
  async (event) => {
    const request = readApiRequest(event);
    const caller = await authenticate(authentication, presentedCredential(request));
    const operation = operationOf(request.method, request.resource);
    await deleteJob(dependencies, caller, operation, request.pathParameters.job_id ?? '');
    return emptyResponse(request.requestId);
  },
  answerFault(telemetry),
  config.ALLOWED_ORIGINS,
);
