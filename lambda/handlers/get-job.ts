import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoGateStore } from '../adapters/dynamo/dynamo-gate-store.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createDynamoWaitSlots } from '../adapters/dynamo/usage/dynamo-wait-slots.ts';
import { createS3ImageStore } from '../adapters/s3/s3-image-store.ts';
import { createJobIds } from '../adapters/secrets/job-ids.ts';
import { createLinkSigner } from '../adapters/secrets/link-signer.ts';
import { createRootSecret } from '../adapters/secrets/root-secret.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { authenticate } from '../application/serve/authenticate.ts';
import { getJob } from '../application/serve/get-job.ts';
import { createUsualSeconds } from '../application/serve/usual-seconds.ts';
import { headerNames } from '../contract/headers.ts';
import { operationOf } from '../contract/routes.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { jobResponse } from '../http/answer/job-response.ts';
import { streamedHandler } from '../http/answer/stream-response.ts';
import { readApiRequest } from '../http/request/api-request.ts';
import { grantWait } from '../http/submission/grant-wait.ts';
import { waitSeconds } from '../http/submission/submission-headers.ts';
import { createCatalog } from '../providers/catalog.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthentication } from './authentication.ts';
import { presentedCredential } from './presented-credential.ts';

const config = readEnvironment('get-job');
const clock = systemClock;
const telemetry = createTelemetry('get-job');
const dynamo = new DynamoDBClient(promptClientSettings);
const authentication = createAuthentication(config, { dynamo, clock, telemetry });
const jobs = createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE });
const usage = createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE });
const images = createS3ImageStore(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET });
const rootSecret = createRootSecret(new SecretsManagerClient(promptClientSettings), {
  secretId: config.ROOT_SECRET_ARN,
});
const signer = createLinkSigner(rootSecret);
const catalog = createCatalog(config.OFFERS);
const gates = createDynamoGateStore(dynamo, { tableName: config.GATES_TABLE, clock });
const usualSeconds = createUsualSeconds({ gates, catalog, clock, telemetry });
const dependencies = {
  jobs,
  usage,
  images,
  catalog,
  clock,
  timers: systemTimers,
  telemetry,
  ids: createJobIds(rootSecret),
  waits: createDynamoWaitSlots(dynamo, {
    tableName: config.USAGE_TABLE,
    clock,
    maxWaits: config.MAX_WAITS_PER_OWNER,
  }),
  settings: { leaseSeconds: config.LEASE_SECONDS },
};

export const handler = streamedHandler(
  async (event, context) => {
    const arrivedAt = clock.now();
    const request = readApiRequest(event);
    const caller = await authenticate(authentication, presentedCredential(request));
    const operation = operationOf(request.method, request.resource);
    const wait = grantWait({
      arrivedAt,
      now: clock.now(),
      remainingMilliseconds: context.getRemainingTimeInMillis(),
      askedSeconds: waitSeconds(request.header(headerNames.prefer) ?? ''),
      maxSeconds: config.WAIT_SECONDS,
    });
    const jobId = request.pathParameters.job_id ?? '';
    const { job, waitedSeconds, ...raw } = await getJob(dependencies, caller, operation, jobId, wait);
    return jobResponse(request, job, {
      signer,
      open: images.open,
      usualSeconds,
      now: clock.now(),
      raw,
      waitedSeconds,
    });
  },
  answerFault(telemetry),
  { timers: systemTimers, telemetry, allowedOrigins: config.ALLOWED_ORIGINS },
);
