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
import { sha256 } from '../adapters/secrets/sha256.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { createUsualSeconds } from '../application/serve/usual-seconds.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { streamedHandler } from '../http/answer/streamed-handler.ts';
import { createCatalog } from '../providers/catalog.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { answerJobQuery } from './flows/answer-job-query.ts';

const config = readEnvironment('get-job');
const clock = systemClock;
const timers = systemTimers;
const telemetry = createTelemetry('get-job');
const dynamo = new DynamoDBClient(promptClientSettings);
const rootSecret = createRootSecret(new SecretsManagerClient(promptClientSettings), {
  secretId: config.ROOT_SECRET_ARN,
});
const catalog = createCatalog(config.OFFERS);
const gates = createDynamoGateStore(dynamo, { tableName: config.GATES_TABLE, clock });
const dependencies = {
  authentication: createAuthenticationDependencies(config, { dynamo, clock, telemetry }),
  sha256,
  signer: createLinkSigner(rootSecret),
  jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  images: createS3ImageStore(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET }),
  waits: createDynamoWaitSlots(dynamo, {
    tableName: config.USAGE_TABLE,
    clock,
    maxWaits: config.MAX_WAITS_PER_OWNER,
  }),
  usualSeconds: createUsualSeconds({ gates, catalog, clock, telemetry }),
  catalog,
  ids: createJobIds(rootSecret),
  clock,
  timers,
  telemetry,
  settings: { leaseSeconds: config.LEASE_SECONDS, maxWaitSeconds: config.WAIT_SECONDS },
};

export const handler = streamedHandler(answerJobQuery(dependencies), answerFault(telemetry), {
  timers,
  telemetry,
  allowedOrigins: config.ALLOWED_ORIGINS,
});
