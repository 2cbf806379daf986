import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { authenticate } from '../application/serve/authenticate.ts';
import { listModels } from '../application/serve/list-models.ts';
import { showModel } from '../application/serve/show-model.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { jsonResponse } from '../http/answer/api-response.ts';
import { bufferedHandler } from '../http/answer/buffered-response.ts';
import { modelBody, modelListBody } from '../http/model-list.ts';
import { readApiRequest } from '../http/request/api-request.ts';
import { createCatalog } from '../providers/catalog.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthentication } from './authentication.ts';
import { presentedCredential } from './presented-credential.ts';

const config = readEnvironment('list-models');
const clock = systemClock;
const telemetry = createTelemetry('list-models');
const dynamo = new DynamoDBClient(promptClientSettings);
const authentication = createAuthentication(config, { dynamo, clock, telemetry });
const catalog = createCatalog(config.OFFERS);

export const handler = bufferedHandler(
  async (event) => {
    const request = readApiRequest(event);
    const { providers } = await authenticate(authentication, presentedCredential(request));
    const { model } = request.pathParameters;
    const value =
      model === undefined
        ? modelListBody(listModels(catalog, providers))
        : modelBody(showModel(catalog, providers, model));
    return jsonResponse(200, request.requestId, { value });
  },
  answerFault(telemetry),
  config.ALLOWED_ORIGINS,
);
