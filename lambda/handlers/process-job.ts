import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createAwsSigner } from '../adapters/aws-signer.ts';
import { clientSettings, promptClientSettings, workerTableSettings } from '../adapters/client-settings.ts';
import { createConvertImages } from '../adapters/convert-images.ts';
import { createDynamoGateStore } from '../adapters/dynamo-gate-store.ts';
import { createDynamoJobStore } from '../adapters/dynamo-job-store.ts';
import { createDynamoKeyStore } from '../adapters/dynamo-key-store.ts';
import { createDynamoSlotStore } from '../adapters/dynamo-slot-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo-usage-store.ts';
import { createS3ImageStore } from '../adapters/s3-image-store.ts';
import { createSqsJobQueue } from '../adapters/sqs-job-queue.ts';
import { createSsmProviderKeys } from '../adapters/ssm-provider-keys.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { processJob } from '../application/process-job.ts';
import { needsKey } from '../contract/provider-names.ts';
import { maxClosedSecondsOf } from '../domain/gate-closing.ts';
import { createCatalog } from '../providers/catalog.ts';
import { sendRequest } from '../providers/shared/http-client.ts';
import { createPlanRequest } from '../providers/shared/plan-request.ts';
import { createFetchImage, createProviders } from '../providers/stage-providers.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { handleBatch } from './handle-batch.ts';

const config = readEnvironment('process-job');
const clock = systemClock;
const telemetry = createTelemetry('process-job');
const sqs = new SQSClient(clientSettings);
const aws = {
  region: () => sqs.config.region(),
  sign: createAwsSigner({ service: 'sts', credentials: sqs.config.credentials }),
};
/** Signs what is asked of providers that know the gateway by its role. */
const sign = createAwsSigner({ service: 'bedrock', credentials: sqs.config.credentials });
const dynamo = new DynamoDBClient(workerTableSettings);
const queueUrls = queueUrlsOf(config);
const catalog = createCatalog(config.PROVIDERS, { mostTimeoutSeconds: config.MODEL_TIMEOUT_SECONDS });
const dependencies = {
  jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
  // What it fails to end there the sweep ends, so that no worker waits long for it.
  usage: createDynamoUsageStore(new DynamoDBClient(promptClientSettings), { tableName: config.USAGE_TABLE }),
  images: createS3ImageStore(new S3Client(clientSettings), { bucketName: config.IMAGES_BUCKET }),
  queue: createSqsJobQueue(sqs, { queueUrls }),
  virtualKeys: createDynamoKeyStore(dynamo, { tableName: config.KEYS_TABLE, clock }),
  gates: createDynamoGateStore(dynamo, { tableName: config.GATES_TABLE, clock }),
  slots: createDynamoSlotStore(dynamo, { tableName: config.GATES_TABLE, clock }),
  requestsPerMinute: (provider: string) => config.PROVIDERS[provider]?.requestsPerMinute,
  maxClosedSeconds: maxClosedSecondsOf(config.JOB_DEADLINE_SECONDS),
  keys: createSsmProviderKeys(new SSMClient(clientSettings), {
    path: config.PROVIDER_KEYS_PATH,
    needsKey,
    clock,
    random: Math.random,
    onStale: (provider, error) => telemetry.record('provider_keys_stale', { provider }, error),
    onMalformed: (provider) => telemetry.record('provider_keys_malformed', { provider }),
  }),
  catalog,
  plan: createPlanRequest(catalog.rowOf),
  convert: createConvertImages(),
  provider: await createProviders(config.PROVIDERS, sendRequest, { clock, aws, sign }),
  fetchImage: createFetchImage(config.PROVIDERS),
  clock,
  timers: systemTimers,
  telemetry,
  random: Math.random,
  settings: {
    leaseSeconds: config.LEASE_SECONDS,
    heartbeatSeconds: config.HEARTBEAT_SECONDS,
    maxRunningJobs: config.MAX_RUNNING_JOBS,
    onUnknownOutcome: config.ON_UNKNOWN_OUTCOME,
    fallBackOnRefusal: config.FALL_BACK_ON_REFUSAL,
    rateLimitPatienceSeconds: config.RATE_LIMIT_PATIENCE_SECONDS,
    onSlowTicket: config.ON_SLOW_TICKET,
  },
};

export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const secondsLeft = () => context.getRemainingTimeInMillis() / 1000;
  return handleBatch(
    event,
    { sqs, source: { queueUrls: Object.values(queueUrls), clock }, telemetry },
    (wakeUp, message) => processJob(dependencies, wakeUp, message, secondsLeft),
  );
}
