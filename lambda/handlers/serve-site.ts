import { openApiDocument } from '../contract/openapi/openapi.ts';
import { servedRoutes } from '../contract/routes.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-response.ts';
import { readApiRequest } from '../http/request/api-request.ts';
import { siteAnswer } from '../http/site/site.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';

const config = readEnvironment('serve-site');
const { SERVICE_VERSION: version, SYNCHRONOUS_SECONDS: synchronousSeconds } = config;
const served = servedRoutes({ synchronousSeconds });
const site = { version, served, openapi: () => openApiDocument(version, served) };

export const handler = bufferedHandler(
  async (event) => siteAnswer(readApiRequest(event), site),
  answerFault(createTelemetry('serve-site')),
  config.ALLOWED_ORIGINS,
);
