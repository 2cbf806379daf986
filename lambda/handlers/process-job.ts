import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { clientSettings, promptClientSettings, workerTableSettings } from '../adapters/client-settings.ts';
import { createDynamoSlotStore } from '../adapters/dynamo/dynamo-slot-store.ts';
import { createDynamoKeyStore } from '../adapters/dynamo/keys/dynamo-key-store.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { processJob } from '../application/process/process-job.ts';
import { queueUrlsOf, readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { handleBatch } from './handle-batch.ts';
import { createWorking } from './working.ts';

const config = readEnvironment('process-job');
const clock = systemClock;
const telemetry = createTelemetry('process-job');
const sqs = new SQSClient(clientSettings);
const dynamo = new DynamoDBClient(workerTableSettings);
const queueUrls = queueUrlsOf(config);
const working = await createWorking(config, { dynamo, sqs, clock, telemetry });
const dependencies = {
  ...working,
  // What it fails to end there the sweep ends, so that no worker waits long for it.
  usage: createDynamoUsageStore(new DynamoDBClient(promptClientSettings), { tableName: config.USAGE_TABLE }),
  virtualKeys: createDynamoKeyStore(dynamo, { tableName: config.KEYS_TABLE, clock }),
  slots: createDynamoSlotStore(dynamo, { tableName: config.GATES_TABLE, clock }),
  settings: { ...working.settings, maxRunningJobs: config.MAX_RUNNING_JOBS },
};

export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const secondsLeft = () => context.getRemainingTimeInMillis() / 1000;
  return handleBatch(
    event,
    { sqs, source: { queueUrls: Object.values(queueUrls), clock }, telemetry },
    (wakeUp, message) => processJob(dependencies, wakeUp, message, secondsLeft),
  );
}
