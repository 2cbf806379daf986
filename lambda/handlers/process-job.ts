import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, promptClientSettings, workerTableSettings } from '../adapters/client-settings.ts';
import { createDynamoSlotStore } from '../adapters/dynamo/dynamo-slot-store.ts';
import { createDynamoKeyStore } from '../adapters/dynamo/keys/dynamo-key-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { processJob } from '../application/process/process-job.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createBatchDependencies } from './composition/batch-dependencies.ts';
import { createWorkerDependencies } from './composition/worker-dependencies.ts';
import { handleBatch } from './flows/handle-batch.ts';

const config = readEnvironment('process-job');
const clock = systemClock;
const telemetry = createTelemetry('process-job');
const sqs = new SQSClient(clientSettings);
const dynamo = new DynamoDBClient(workerTableSettings);
const queueUrls = Object.values(queueUrlsOf(config));
const worker = await createWorkerDependencies(config, { dynamo, sqs, clock, telemetry });
const dependencies = {
  ...worker,
  // What it fails to end there the sweep ends, so that no worker waits long for it.
  usage: createDynamoUsageStore(new DynamoDBClient(promptClientSettings), { tableName: config.USAGE_TABLE }),
  virtualKeys: createDynamoKeyStore(dynamo, { tableName: config.KEYS_TABLE, clock }),
  slots: createDynamoSlotStore(dynamo, { tableName: config.GATES_TABLE, clock }),
  settings: { ...worker.settings, maxRunningJobs: config.MAX_RUNNING_JOBS },
};

const batch = createBatchDependencies(sqs, { queueUrls, clock, telemetry });

export const handler = handleBatch(batch, (wakeUp, message, secondsLeft) =>
  processJob(dependencies, wakeUp, message, secondsLeft),
);
