import type { APIGatewayProxyEvent } from 'aws-lambda';
import { statusOf } from '../contract/errors.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { Telemetry } from '../domain/ports.ts';
import { readApiRequest } from './api-request.ts';
import type { ApiResponse } from './api-response.ts';
import { errorResponse } from './responses.ts';

/** When a caller may try again after a store failed. */
const retryAfterSeconds = 2;

/** Turns whatever a handler threw into its answer. A fault of ours is logged with its cause; a refusal is the caller's own. */
export const answerFault =
  (telemetry: Telemetry) =>
  (error: unknown, event: APIGatewayProxyEvent): ApiResponse => {
    const { requestId, method, resource } = readApiRequest(event);
    const status = error instanceof GatewayError ? statusOf(error.code) : 500;
    if (status >= 500) {
      const cause = error instanceof GatewayError ? (error.cause ?? error) : error;
      telemetry.record('request_failed', { requestId, method, resource, status }, cause);
    }
    return errorResponse(error, requestId, { retryAfterSeconds });
  };
