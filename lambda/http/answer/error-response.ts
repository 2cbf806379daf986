import { type ErrorBody, statusOf } from '../../contract/errors.ts';
import { headerNames } from '../../contract/headers.ts';
import { type ErrorCode, GatewayError } from '../../domain/error-code.ts';
import { type ApiResponse, jsonResponse } from './api-response.ts';
import { errorBody } from './error-body.ts';
import { jobHeaders } from './job-goes-on.ts';
import { limitHeaders } from './limit-headers.ts';

/** What is known of a refused request besides the error. */
export interface ErrorContext {
  /** Values of the body's `extra_fields`, such as the requested model. */
  readonly details?: ErrorBody['extra_fields'];
  /** The path's own methods, for a 405. */
  readonly allow?: readonly string[];
  /** What the caller's links begin with, for an error that names a job. */
  readonly origin?: string;
  /** The job that was accepted before the fault, for an error that names none itself. */
  readonly job?: ApiResponse['job'];
  /** Whole seconds after which another try makes sense, for a 402, 429 or 503. */
  readonly retryAfterSeconds?: number;
}

/**
 * The only place where an error becomes a response. Whatever isn't a GatewayError is a fault of ours: the caller learns
 * the request's id and nothing else, and the cause is for the log alone.
 */
export function errorResponse(error: unknown, requestId: string, context: ErrorContext = {}): ApiResponse {
  const refusal = error instanceof GatewayError ? error : new GatewayError('internal', internalMessage);
  const job = refusal.job ?? context.job;
  const mayRetry = refusal.mayRetry && job === undefined;
  const body = errorBody({
    code: refusal.code,
    message: refusal.message,
    param: refusal.param,
    eventId: requestId,
    byGateway: true,
    details: { ...(job && { job_id: job.id }), ...context.details },
  });
  return jsonResponse(
    statusOf(refusal.code),
    requestId,
    { value: body },
    {
      ...errorHeaders(refusal.code, context),
      ...(job && jobHeaders(job, context.origin ?? '')),
      ...(mayRetry ? {} : { [headerNames.shouldRetry]: 'false' }),
      ...limitHeaders(refusal.limits),
    },
  );
}

const internalMessage = 'The gateway had an internal error. Try again; if it persists, report the event id.';

function errorHeaders(code: ErrorCode, context: ErrorContext): Record<string, string> {
  const status = statusOf(code);
  const mayRetry = (status === 402 || status === 429 || status === 503) && context.retryAfterSeconds !== undefined;
  return {
    ...(status === 405 && context.allow ? { allow: context.allow.join(', ') } : {}),
    // API Gateway passes a function's own on as `x-amzn-remapped-www-authenticate`; other proxies may drop it.
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(mayRetry ? { 'retry-after': String(Math.max(1, Math.ceil(context.retryAfterSeconds ?? 1))) } : {}),
  };
}
