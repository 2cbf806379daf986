import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { fileClientSettings, promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoKnownAnswers } from '../adapters/dynamo/answers/dynamo-known-answers.ts';
import { createDynamoGateStore } from '../adapters/dynamo/dynamo-gate-store.ts';
import { createDynamoFileStore } from '../adapters/dynamo/files/dynamo-file-store.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createDynamoWaitSlots } from '../adapters/dynamo/usage/dynamo-wait-slots.ts';
import { inspectMask } from '../adapters/images/inspect-mask.ts';
import { createRefuseAddress } from '../adapters/outgoing/refuse-address.ts';
import { createS3FileReads } from '../adapters/s3/s3-file-reads.ts';
import { createS3ImageStore } from '../adapters/s3/s3-image-store.ts';
import { createJobIds } from '../adapters/secrets/job-ids.ts';
import { createLinkSigner } from '../adapters/secrets/link-signer.ts';
import { md5 } from '../adapters/secrets/md5.ts';
import { createRootSecret } from '../adapters/secrets/root-secret.ts';
import { sha256 } from '../adapters/secrets/sha256.ts';
import { createSqsBacklog } from '../adapters/sqs/sqs-backlog.ts';
import { createSqsJobQueue } from '../adapters/sqs/sqs-job-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { systemTimers } from '../adapters/system-timers.ts';
import { createUsualSeconds } from '../application/serve/usual-seconds.ts';
import { createAdmission } from '../application/submit/admission.ts';
import { limits } from '../contract/limits.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { withAssumedPrice } from '../planning/assumed-price.ts';
import { createPlanRequest } from '../planning/plan-request.ts';
import { createCatalog } from '../providers/catalog.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { answerSubmission } from './flows/answer-submission.ts';

const config = readEnvironment('submit-job');
const clock = systemClock;
const telemetry = createTelemetry('submit-job');
const dynamo = new DynamoDBClient(promptClientSettings);
const rootSecret = createRootSecret(new SecretsManagerClient(promptClientSettings), {
  secretId: config.ROOT_SECRET_ARN,
});
const catalog = createCatalog(config.OFFERS, { maxTimeoutSeconds: config.MODEL_TIMEOUT_SECONDS });
const sqs = new SQSClient(promptClientSettings);
const queues = { queueUrls: queueUrlsOf(config) };
const gates = createDynamoGateStore(dynamo, { tableName: config.GATES_TABLE, clock });
const dependencies = {
  authentication: createAuthenticationDependencies(config, { dynamo, clock, telemetry }),
  signer: createLinkSigner(rootSecret),
  jobs: createDynamoJobStore(dynamo, { tableName: config.JOBS_TABLE }),
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  answers: createDynamoKnownAnswers(dynamo, { tableName: config.ANSWERS_TABLE }),
  images: createS3ImageStore(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET }),
  queue: createSqsJobQueue(sqs, queues),
  admission: createAdmission({
    backlog: createSqsBacklog(sqs, queues),
    catalog,
    clock,
    telemetry,
    settings: {
      onBacklog: config.ON_BACKLOG,
      workerSlots: { shared: config.WORKER_SLOTS, alone: config.SLOW_WORKER_SLOTS },
    },
  }),
  waits: createDynamoWaitSlots(dynamo, {
    tableName: config.USAGE_TABLE,
    clock,
    maxWaits: config.MAX_WAITS_PER_OWNER,
  }),
  usualSeconds: createUsualSeconds({ gates, catalog, clock, telemetry }),
  catalog,
  plan: withAssumedPrice(createPlanRequest(catalog.specOf, config.INPUT_ADDRESSES), config.UNKNOWN_PRICE_USD),
  ids: createJobIds(rootSecret),
  inspectMask,
  files: createDynamoFileStore(dynamo, { tableName: config.FILES_TABLE }),
  fileReads: createS3FileReads(new S3Client(fileClientSettings), { bucketName: config.IMAGES_BUCKET }),
  refuseAddress: createRefuseAddress({
    trustedHosts: config.INPUT_HOSTS,
    maxCharacters: limits.addressCharacters,
  }),
  clock,
  timers: systemTimers,
  telemetry,
  md5,
  sha256,
  settings: {
    deadlineSeconds: config.JOB_DEADLINE_SECONDS,
    resultTtlSeconds: config.RESULT_TTL_SECONDS,
    slowModelSeconds: config.SLOW_MODEL_SECONDS,
    maxWaitSeconds: config.WAIT_SECONDS,
    defaultLimits: config.DEFAULT_LIMITS,
  },
};

export const handler = bufferedHandler(answerSubmission(dependencies), answerFault(telemetry), config.ALLOWED_ORIGINS);
