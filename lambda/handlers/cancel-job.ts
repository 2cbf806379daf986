import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoGateStore } from '../adapters/dynamo/dynamo-gate-store.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createS3ImageStore } from '../adapters/s3/s3-image-store.ts';
import { createLinkSigner } from '../adapters/secrets/link-signer.ts';
import { createRootSecret } from '../adapters/secrets/root-secret.ts';
import { createSqsJobQueue } from '../adapters/sqs/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { authenticate } from '../application/serve/authenticate.ts';
import { cancelJob } from '../application/serve/cancel-job.ts';
import { rawBodies } from '../application/serve/raw-bodies.ts';
import { createUsualSeconds } from '../application/serve/usual-seconds.ts';
import { operationOf } from '../contract/routes.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { jobResponse } from '../http/answer/job-response.ts';
import { streamedHandler } from '../http/answer/stream-response.ts';
import { readApiRequest } from '../http/request/api-request.ts';
import { createCatalog } from '../providers/catalog.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthentication } from './authentication.ts';
import { presentedCredential } from './presented-credential.ts';

const config = readEnvironment('cancel-job');
const clock = systemClock;
const telemetry = createTelemetry('cancel-job');
const dynamo = new DynamoDBClient(promptClientSettings);
const authentication = createAuthentication(config, { dynamo, clock, telemetry });
const images = createS3ImageStore(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET });
const secrets = new SecretsManagerClient(promptClientSettings);
const signer = createLinkSigner(createRootSecret(secrets, { secretId: config.ROOT_SECRET_ARN }));
const catalog = createCatalog(config.OFFERS);
const gates = createDynamoGateStore(dynamo, { tableName: config.GATES_TABLE, clock });
const usualSeconds = createUsualSeconds({ gates, catalog, clock, telemetry });
const dependencies = {
  jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  queue: createSqsJobQueue(new SQSClient(promptClientSettings), { queueUrls: queueUrlsOf(config) }),
  clock,
  telemetry,
};

export const handler = streamedHandler(
  async (event) => {
    const request = readApiRequest(event);
    const caller = await authenticate(authentication, presentedCredential(request));
    const operation = operationOf(request.method, request.resource);
    const job = await cancelJob(dependencies, caller, operation, request.pathParameters.job_id ?? '');
    return jobResponse(request, job, {
      signer,
      open: images.open,
      usualSeconds,
      now: clock.now(),
      raw: await rawBodies({ images, telemetry }, job),
      waitedSeconds: 0,
    });
  },
  answerFault(telemetry),
  { timers: systemTimers, telemetry, allowedOrigins: config.ALLOWED_ORIGINS },
);
