import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { clientSettings } from '../../adapters/client-settings.ts';
import { createDynamoKnownAnswers } from '../../adapters/dynamo/answers/dynamo-known-answers.ts';
import { createDynamoGateStore } from '../../adapters/dynamo/dynamo-gate-store.ts';
import { createDynamoJobStore } from '../../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createConvertImages } from '../../adapters/images/convert-images.ts';
import { inspectMask } from '../../adapters/images/inspect-mask.ts';
import { createFetchImage } from '../../adapters/outgoing/fetch-image.ts';
import { createFetchInput } from '../../adapters/outgoing/fetch-input.ts';
import { sendRequest } from '../../adapters/outgoing/http-client.ts';
import { signedRequest } from '../../adapters/outgoing/signed-request.ts';
import { createS3ImageStore } from '../../adapters/s3/s3-image-store.ts';
import { createAwsSigner } from '../../adapters/secrets/aws-signer.ts';
import { createSsmProviderKeys } from '../../adapters/secrets/ssm-provider-keys.ts';
import { createSqsJobQueue } from '../../adapters/sqs/sqs-job-queue.ts';
import { systemTimers } from '../../adapters/system-timers.ts';
import { createDurationRecorder } from '../../application/attempt/duration-recorder.ts';
import type { EnvironmentOf } from '../../contract/environment.ts';
import { limits } from '../../contract/limits.ts';
import { needsKey } from '../../contract/provider-names.ts';
import type { Clock, StorageLinks } from '../../domain/ports.ts';
import { maxClosedSecondsOf } from '../../domain/rate-limiter/gate-closing.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { withAssumedPrice } from '../../planning/assumed-price.ts';
import { createPlanRequest } from '../../planning/plan-request.ts';
import { createCatalog } from '../../providers/catalog.ts';
import { createProviders, resultHostsOf } from '../../providers/stage-providers.ts';
import { queueUrlsOf } from '../../runtime/config.ts';

/** What is read of its environment by a function that works on jobs: by the worker, and by that of synchronous requests. */
type WorkerEnvironment = Pick<
  EnvironmentOf<'process-job'>,
  keyof EnvironmentOf<'process-job'> & keyof EnvironmentOf<'run-synchronously'>
>;

/** What a function that works on jobs is made of, but for what differs between the two that do. */
export async function createWorkerDependencies(
  config: WorkerEnvironment,
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
  /** Signs requests to providers that know the gateway by its role. */
  const sign = createAwsSigner({ service: 'bedrock', credentials });
  const catalog = createCatalog(config.PROVIDERS, { maxTimeoutSeconds: config.MODEL_TIMEOUT_SECONDS });
  const s3 = new S3Client(clientSettings);
  const bucket = { bucketName: config.IMAGES_BUCKET };
  const gates = createDynamoGateStore(dynamo, { tableName: config.GATES_TABLE, clock });
  return {
    jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
    answers: createDynamoKnownAnswers(dynamo, { tableName: config.ANSWERS_TABLE }),
    images: createS3ImageStore(s3, bucket),
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
    plan: withAssumedPrice(createPlanRequest(catalog.specOf, config.INPUT_ADDRESSES), config.UNKNOWN_PRICE_USD),
    convert: createConvertImages(),
    links: config.INPUT_ADDRESSES === 'never' ? undefined : await storageLinks(s3, bucket),
    provider: await createProviders(config.PROVIDERS, sendRequest, {
      clock,
      aws,
      sendAsRole: (region) => signedRequest(sendRequest, sign, region),
    }),
    fetchImage: createFetchImage((provider) => resultHostsOf(config.PROVIDERS, provider)),
    fetchInput: createFetchInput({ trustedHosts: config.INPUT_HOSTS, maxBytes: limits.fileBytes }),
    inspectMask,
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

/** The presigner is a chunk beside the bundle, which is loaded on a stage that sends addresses. */
async function storageLinks(s3: S3Client, bucket: { readonly bucketName: string }): Promise<StorageLinks> {
  const { createS3StorageLinks } = await import('../../adapters/s3/s3-storage-links.ts');
  return createS3StorageLinks(s3, bucket);
}
