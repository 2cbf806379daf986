import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  clientSettings,
  fileClientSettings,
  promptClientSettings,
  workerTableSettings,
} from '../adapters/client-settings.ts';
import { createDynamoFileStore } from '../adapters/dynamo/files/dynamo-file-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { createDynamoWaitSlots } from '../adapters/dynamo/usage/dynamo-wait-slots.ts';
import { createRefuseAddress } from '../adapters/outgoing/refuse-address.ts';
import { createS3FileReads } from '../adapters/s3/s3-file-reads.ts';
import { createJobIds } from '../adapters/secrets/job-ids.ts';
import { createLinkSigner } from '../adapters/secrets/link-signer.ts';
import { md5 } from '../adapters/secrets/md5.ts';
import { createRootSecret } from '../adapters/secrets/root-secret.ts';
import { sha256 } from '../adapters/secrets/sha256.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { limits } from '../contract/limits.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { streamedHandler } from '../http/answer/streamed-handler.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { createWorkerDependencies } from './composition/worker-dependencies.ts';
import { answerSynchronously } from './flows/answer-synchronously.ts';

const config = readEnvironment('run-synchronously');
const clock = systemClock;
const telemetry = createTelemetry('run-synchronously');
const dynamo = new DynamoDBClient(promptClientSettings);
const worker = await createWorkerDependencies(config, {
  dynamo: new DynamoDBClient(workerTableSettings),
  sqs: new SQSClient(clientSettings),
  clock,
  telemetry,
});
const authentication = createAuthenticationDependencies(config, { dynamo, clock, telemetry });
const rootSecret = createRootSecret(new SecretsManagerClient(promptClientSettings), {
  secretId: config.ROOT_SECRET_ARN,
});
const fault = answerFault(telemetry);
const dependencies = {
  ...worker,
  authentication,
  // It has been read a moment ago, to tell who calls.
  virtualKeys: authentication.keys,
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  waits: createDynamoWaitSlots(dynamo, {
    tableName: config.USAGE_TABLE,
    clock,
    of: 'synchronous_requests',
    maxWaits: config.MAX_SYNCHRONOUS_PER_OWNER,
  }),
  ids: createJobIds(rootSecret),
  files: createDynamoFileStore(dynamo, { tableName: config.FILES_TABLE }),
  fileReads: createS3FileReads(new S3Client(fileClientSettings), { bucketName: config.IMAGES_BUCKET }),
  refuseAddress: createRefuseAddress({
    trustedHosts: config.INPUT_HOSTS,
    maxCharacters: limits.addressCharacters,
  }),
  signer: createLinkSigner(rootSecret),
  answerFault: fault,
  md5,
  sha256,
  settings: {
    ...worker.settings,
    deadlineSeconds: config.JOB_DEADLINE_SECONDS,
    resultTtlSeconds: config.RESULT_TTL_SECONDS,
    slowModelSeconds: config.SLOW_MODEL_SECONDS,
    defaultLimits: config.DEFAULT_LIMITS,
    synchronousSeconds: config.SYNCHRONOUS_SECONDS,
    passThrough: config.PASS_THROUGH,
  },
};

export const handler = streamedHandler(answerSynchronously(dependencies), fault, {
  ...worker,
  allowedOrigins: config.ALLOWED_ORIGINS,
});
