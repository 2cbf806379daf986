import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { answerSiteRequest } from './flows/answer-site-request.ts';

const config = readEnvironment('serve-site');
const telemetry = createTelemetry('serve-site');
const dependencies = { version: config.SERVICE_VERSION, synchronousSeconds: config.SYNCHRONOUS_SECONDS };

export const handler = bufferedHandler(answerSiteRequest(dependencies), answerFault(telemetry), config.ALLOWED_ORIGINS);
