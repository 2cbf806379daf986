import type { APIGatewayProxyEvent } from 'aws-lambda';
import { statusOf } from '../contract/errors.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import { readApiRequest } from './api-request.ts';
import type { ApiResponse } from './api-response.ts';
import { errorResponse } from './responses.ts';

/** When a caller may try again after a store failed. */
const storeRetrySeconds = 2;

/** Turns whatever a handler threw into its answer. A fault of ours is logged with its cause; a refusal isn't. */
export const answerFault =
  (telemetry: Telemetry) =>
  (thrown: unknown, event: APIGatewayProxyEvent): ApiResponse => {
    const error = isPassing(thrown) ? new GatewayError('unavailable', unavailable, { cause: thrown }) : thrown;
    const { requestId, method, resource, origin } = readApiRequest(event);
    const status = error instanceof GatewayError ? statusOf(error.code) : 500;
    const retryAfterSeconds = error instanceof GatewayError ? error.retryAfterSeconds : undefined;
    if (status >= 500 && retryAfterSeconds === undefined) {
      const cause = error instanceof GatewayError ? (error.cause ?? error) : error;
      telemetry.record('request_failed', { requestId, method, resource, status }, cause);
    }
    return errorResponse(error, requestId, { origin, retryAfterSeconds: retryAfterSeconds ?? storeRetrySeconds });
  };

const unavailable = 'One of the stores of the gateway does not answer at the moment. Please try again.';

/**
 * Whether a store failed in a way that passes: throttled, broken down, or silent. The AWS SDK knows, for it has tried such a
 * request again before it threw. A request that a store refuses is sent once, and is a fault of ours.
 */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof GatewayError) return false;
  const { $metadata } = error as { readonly $metadata?: { readonly attempts?: number } };
  return ($metadata?.attempts ?? 0) > 1 || isPassing(error.cause);
}
