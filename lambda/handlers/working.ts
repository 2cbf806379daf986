import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createAwsSigner } from '../adapters/aws-signer.ts';
import { clientSettings } from '../adapters/client-settings.ts';
import { createConvertImages } from '../adapters/convert-images.ts';
import { createDynamoGateStore } from '../adapters/dynamo-gate-store.ts';
import { createDynamoJobStore } from '../adapters/dynamo-job-store.ts';
import { createS3ImageStore } from '../adapters/s3-image-store.ts';
import { createSqsJobQueue } from '../adapters/sqs-job-queue.ts';
import { createSsmProviderKeys } from '../adapters/ssm-provider-keys.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { createDurationRecorder } from '../application/duration-recorder.ts';
import type { EnvironmentOf } from '../contract/environment.ts';
import { needsKey } from '../contract/provider-names.ts';
import { maxClosedSecondsOf } from '../domain/gate-closing.ts';
import type { Clock } from '../domain/ports.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import { createCatalog } from '../providers/catalog.ts';
import { sendRequest } from '../providers/shared/http-client.ts';
import { createPlanRequest } from '../providers/shared/plan-request.ts';
import { createFetchImage, createProviders } from '../providers/stage-providers.ts';
import { queueUrlsOf } from '../runtime/config.ts';

/** What is read of its environment by a function that works on jobs: by the worker, and by that of synchronous requests. */
type WorkingEnvironment = Pick<
  EnvironmentOf<'process-job'>,
  keyof EnvironmentOf<'process-job'> & keyof EnvironmentOf<'run-synchronously'>
>;

/** What a function that works on jobs is made of, but for what differs between the two that do. */
export async function createWorking(
  config: WorkingEnvironment,
  parts: {
    readonly dynamo: DynamoDBClient;
    readonly sqs: SQSClient;
    readonly clock: Clock;
    readonly telemetry: Telemetry;
  },
) {
  const { dynamo, sqs, clock, telemetry } = parts;
  const { credentials } = sqs.config;
  const aws = { region: () => sqs.config.region(), sign: createAwsSigner({ service: 'sts', credentials }) };
  /** Signs what is asked of providers that know the gateway by its role. */
  const sign = createAwsSigner({ service: 'bedrock', credentials });
  const catalog = createCatalog(config.PROVIDERS, { mostTimeoutSeconds: config.MODEL_TIMEOUT_SECONDS });
  const gates = createDynamoGateStore(dynamo, { tableName: config.GATES_TABLE, clock });
  return {
    jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
    images: createS3ImageStore(new S3Client(clientSettings), { bucketName: config.IMAGES_BUCKET }),
    queue: createSqsJobQueue(sqs, { queueUrls: queueUrlsOf(config) }),
    gates,
    durations: createDurationRecorder({ gates, telemetry }),
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
      onUnknownOutcome: config.ON_UNKNOWN_OUTCOME,
      fallBackOnRefusal: config.FALL_BACK_ON_REFUSAL,
      rateLimitPatienceSeconds: config.RATE_LIMIT_PATIENCE_SECONDS,
      onSlowTicket: config.ON_SLOW_TICKET,
    },
  };
}
