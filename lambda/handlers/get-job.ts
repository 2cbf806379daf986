import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoGateStore } from '../adapters/dynamo-gate-store.ts';
import { createDynamoJobStore } from '../adapters/dynamo-job-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo-usage-store.ts';
import { createDynamoWaitSlots } from '../adapters/dynamo-wait-slots.ts';
import { createJobIds } from '../adapters/job-ids.ts';
import { createLinkSigner } from '../adapters/link-signer.ts';
import { createRootSecret } from '../adapters/root-secret.ts';
import { createS3ImageStore } from '../adapters/s3-image-store.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { authenticate } from '../application/authenticate.ts';
import { getJob } from '../application/get-job.ts';
import { createUsualSeconds } from '../application/usual-seconds.ts';
import { headerNames } from '../contract/headers.ts';
import { operationOf } from '../contract/routes.ts';
import { answerFault } from '../http/answer-fault.ts';
import { readApiRequest } from '../http/api-request.ts';
import { grantWait } from '../http/grant-wait.ts';
import { jobResponse } from '../http/job-response.ts';
import { streamedHandler } from '../http/stream-response.ts';
import { waitSeconds } from '../http/submission-headers.ts';
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
