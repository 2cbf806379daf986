import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoUsageStore } from '../adapters/dynamo/usage/dynamo-usage-store.ts';
import { sha256 } from '../adapters/secrets/sha256.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { answerUsageQuery } from './flows/answer-usage-query.ts';

const config = readEnvironment('show-usage');
const clock = systemClock;
const telemetry = createTelemetry('show-usage');
const dynamo = new DynamoDBClient(promptClientSettings);
const authentication = createAuthenticationDependencies(config, { dynamo, clock, telemetry });
const dependencies = {
  authentication,
  sha256,
  virtualKeys: authentication.keys,
  usage: createDynamoUsageStore(dynamo, { tableName: config.USAGE_TABLE }),
  clock,
  settings: { defaultLimits: config.DEFAULT_LIMITS },
};

export const handler = bufferedHandler(answerUsageQuery(dependencies), answerFault(telemetry), config.ALLOWED_ORIGINS);
