import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { sha256 } from '../adapters/secrets/sha256.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { createCatalog } from '../providers/catalog.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { answerModelQuery } from './flows/answer-model-query.ts';

const config = readEnvironment('list-models');
const clock = systemClock;
const telemetry = createTelemetry('list-models');
const dynamo = new DynamoDBClient(promptClientSettings);
const dependencies = {
  authentication: createAuthenticationDependencies(config, { dynamo, clock, telemetry }),
  sha256,
  catalog: createCatalog(config.OFFERS),
};

export const handler = bufferedHandler(answerModelQuery(dependencies), answerFault(telemetry), config.ALLOWED_ORIGINS);
