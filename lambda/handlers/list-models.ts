import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoKeyStore } from '../adapters/dynamo-key-store.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { authenticate } from '../application/authenticate.ts';
import { listModels } from '../application/list-models.ts';
import { answerFault } from '../http/answer-fault.ts';
import { readApiRequest } from '../http/api-request.ts';
import { jsonResponse } from '../http/api-response.ts';
import { bufferedHandler } from '../http/buffered-response.ts';
import { modelListBody } from '../http/model-list.ts';
import { createCatalog } from '../providers/catalog.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { presentedKeyHash } from './presented-key.ts';

const config = readEnvironment('list-models');
const clock = systemClock;
const dynamo = new DynamoDBClient(promptClientSettings);
const keys = createDynamoKeyStore(dynamo, { tableName: config.KEYS_TABLE, clock });
const catalog = createCatalog(config.PROVIDERS);

export const handler = bufferedHandler(
  async (event) => {
    const request = readApiRequest(event);
    const { key } = await authenticate(keys, clock, presentedKeyHash(request));
    return jsonResponse(200, request.requestId, { value: modelListBody(listModels(catalog, key)) });
  },
  answerFault(createTelemetry('list-models')),
);
