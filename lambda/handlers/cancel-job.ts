import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoGateStore } from '../adapters/dynamo-gate-store.ts';
import { createDynamoJobStore } from '../adapters/dynamo-job-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo-usage-store.ts';
import { createLinkSigner } from '../adapters/link-signer.ts';
import { createRootSecret } from '../adapters/root-secret.ts';
import { createS3ImageStore } from '../adapters/s3-image-store.ts';
import { createSqsJobQueue } from '../adapters/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { authenticate } from '../application/authenticate.ts';
import { cancelJob } from '../application/cancel-job.ts';
import { rawBodies } from '../application/raw-bodies.ts';
import { createUsualSeconds } from '../application/usual-seconds.ts';
import { operationOf } from '../contract/routes.ts';
import { answerFault } from '../http/answer-fault.ts';
import { readApiRequest } from '../http/api-request.ts';
import { jobResponse } from '../http/job-response.ts';
import { streamedHandler } from '../http/stream-response.ts';
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
