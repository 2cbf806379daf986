import { statusOf } from '../../contract/errors.ts';
import { requestTypes } from '../../contract/image-result.ts';
import { submittedAt } from '../../contract/submission-paths.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { readApiRequest } from '../request/api-request.ts';
import { SubmissionFault } from '../submission/submission-facts.ts';
import type { AnswerFault } from './api-response.ts';
import { errorResponse } from './error-response.ts';
import { howToGetResult, type JobBehind } from './job-goes-on.ts';

/** When a caller may try again after a store failed. */
const storeRetrySeconds = 2;

/**
 * Maps any error that a handler threw to its answer, with the known facts of the request. A fault of ours is logged
 * with its cause; a refusal isn't.
 */
export const answerFault =
  (telemetry: Telemetry): AnswerFault =>
  (fault, event, job) => {
    const { thrown, details } = fault instanceof SubmissionFault ? fault : { thrown: fault, details: {} };
    const error = told(thrown, job);
    const { requestId, method, resource, origin } = readApiRequest(event);
    const status = error instanceof GatewayError ? statusOf(error.code) : 500;
    const retryAfterSeconds = error instanceof GatewayError ? error.retryAfterSeconds : undefined;
    if (status >= 500 && retryAfterSeconds === undefined) {
      const cause = error instanceof GatewayError ? (error.cause ?? error) : error;
      telemetry.record('request_failed', { requestId, method, resource, status }, cause);
    }
    const operation = submittedAt(method, resource);
    return errorResponse(error, requestId, {
      details: { ...details, ...(operation && { request_type: requestTypes[operation] }) },
      origin,
      job,
      // A budget that will never have room is worth no wait; what a store could not do is.
      ...(status === 402 && retryAfterSeconds === undefined
        ? {}
        : { retryAfterSeconds: retryAfterSeconds ?? storeRetrySeconds }),
    });
  };

/** The error for the caller. Once a job has been accepted, no fault may make the caller send a second submission. */
function told(thrown: unknown, accepted: JobBehind | undefined): unknown {
  if (thrown instanceof GatewayError) return thrown;
  const code = isPassing(thrown) ? 'unavailable' : 'internal';
  if (accepted) return new GatewayError(code, noAnswer(accepted), { cause: thrown });
  return code === 'unavailable' ? new GatewayError(code, unavailable, { cause: thrown }) : thrown;
}

const unavailable = 'A store of the gateway is unavailable at the moment. Try again.';
const noAnswer = (job: JobBehind): string =>
  `The gateway could not make the response, but it has accepted the job. ${howToGetResult(job)}`;

/**
 * Whether a store failed in a way that passes: throttled, broken down, or silent. The AWS SDK knows, for it has tried
 * such a request again before it threw. A request that a store refuses is sent once, and is a fault of ours.
 */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof GatewayError) return false;
  const { $metadata } = error as { readonly $metadata?: { readonly attempts?: number } };
  return ($metadata?.attempts ?? 0) > 1 || isPassing(error.cause);
}
