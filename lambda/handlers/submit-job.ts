import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../adapters/client-settings.ts';
import { createDynamoJobStore } from '../adapters/dynamo-job-store.ts';
import { createDynamoKeyStore } from '../adapters/dynamo-key-store.ts';
import { createJobIds } from '../adapters/job-ids.ts';
import { createLinkSigner } from '../adapters/link-signer.ts';
import { createRootSecret } from '../adapters/root-secret.ts';
import { createS3ImageStore } from '../adapters/s3-image-store.ts';
import { createSqsJobQueue } from '../adapters/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { authenticate } from '../application/authenticate.ts';
import { submitJob } from '../application/submit-job.ts';
import { waitForEnd } from '../application/wait-for-end.ts';
import { operationOf } from '../contract/routes.ts';
import { firstCandidate } from '../domain/job.ts';
import { answerFault } from '../http/answer-fault.ts';
import { readApiRequest } from '../http/api-request.ts';
import { bufferedHandler } from '../http/buffered-response.ts';
import { bufferedAnswerBytes } from '../http/job-body.ts';
import { jobResponse } from '../http/job-response.ts';
import { readSubmission } from '../http/submission-request.ts';
import { createCatalog } from '../providers/catalog.ts';
import { createPlanRequest } from '../providers/shared/plan-request.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { presentedKeyHash } from './presented-key.ts';

const config = readEnvironment('submit-job');
const clock = systemClock;
const telemetry = createTelemetry('submit-job');
const dynamo = new DynamoDBClient(clientSettings);
const rootSecret = createRootSecret(new SecretsManagerClient(clientSettings), { secretId: config.ROOT_SECRET_ARN });
const keys = createDynamoKeyStore(dynamo, { tableName: config.KEYS_TABLE, clock });
const jobs = createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE });
const images = createS3ImageStore(new S3Client(clientSettings), { bucketName: config.IMAGES_BUCKET });
const queue = createSqsJobQueue(new SQSClient(clientSettings), { queueUrl: config.JOBS_QUEUE_URL });
const catalog = createCatalog(config.PROVIDERS);
const signer = createLinkSigner(rootSecret);
const dependencies = {
  jobs,
  images,
  queue,
  catalog,
  plan: createPlanRequest(catalog.rowOf),
  ids: createJobIds(rootSecret),
  clock,
  telemetry,
  sha256: (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex'),
  settings: { deadlineSeconds: config.JOB_DEADLINE_SECONDS, resultTtlSeconds: config.RESULT_TTL_SECONDS },
};

export const handler = bufferedHandler(async (event) => {
  const request = readApiRequest(event);
  const caller = await authenticate(keys, clock, presentedKeyHash(request));
  const received = await readSubmission(request, operationOf(request.method, request.resource));
  const accepted = await submitJob(dependencies, caller, request.requestId, received);
  const job = await waitForEnd(jobs, clock, accepted.job, received.waitSeconds);
  return jobResponse(request, job, {
    signer,
    open: images.open,
    typicalSeconds: catalog.timing(firstCandidate(job)).typicalSeconds,
    now: clock.now(),
    mostBytes: bufferedAnswerBytes,
    replayed: accepted.replayed,
    waitedSeconds: received.waitSeconds,
  });
}, answerFault(telemetry));
