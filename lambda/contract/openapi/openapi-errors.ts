import type { ErrorCode } from '../../domain/error-code.ts';
import { failurePolicies } from '../../domain/failure.ts';
import type { JsonObject } from '../../domain/generation.ts';
import { type ErrorBody, errorTable, statusOf } from '../errors.ts';
import { isSubmission, isSynchronous, type Route } from '../route.ts';
import { type AnswerHeader, type AnswerHeaders, headerReferences, limitHeaders } from './openapi-answer-headers.ts';
import { exampleIds } from './openapi-example-ids.ts';
import { exampleReferences } from './openapi-examples.ts';
import { schemaReference } from './openapi-schemas.ts';

/** The refusals of a route, one answer a status; the codes that share it are its examples. */
export function errorAnswers(route: Route): JsonObject {
  const statuses = Map.groupBy(route.errors, statusOf);
  return Object.fromEntries(
    [...statuses].map(([status, codes]) => [String(status), errorAnswer(route, status, codes)]),
  );
}

/** API Gateway refuses what it can't hand on by itself. */
const tooLarge = statusOf('payload_too_large');

function errorAnswer(route: Route, status: number, codes: readonly ErrorCode[]): JsonObject {
  const body = schemaReference('ErrorBody');
  const content =
    status === tooLarge
      ? {
          schema: { oneOf: [body, schemaReference('RequestTooLong')] },
          examples: exampleReferences([...codes, 'request-too-long']),
        }
      : { schema: body, examples: exampleReferences(codes) };
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: headerReferences(headersOf(route, status, codes)),
    content: { 'application/json': content },
  };
}

function headersOf(route: Route, status: number, codes: readonly ErrorCode[]): AnswerHeaders {
  const isJobs = isSynchronous(route) && codes.some((code) => jobCodes.has(code));
  const always: AnswerHeader[] = [];
  const sometimes: AnswerHeader[] = [];
  (status === tooLarge ? sometimes : always).push('x-request-id');
  if (status === 405) always.push('Allow');
  // A 503 may be about the provider of a job, and then has no retry delay.
  if (status === 429 || status === 503) (isJobs ? sometimes : always).push('Retry-After');
  // Where a job was accepted it was counted. Elsewhere a 429 is API Gateway's own, which knows nothing of the caller's
  // limits.
  if (isJobs || ([402, 429].includes(status) && isSubmission(route))) sometimes.push(...limitHeaders);
  // Absent where no window of the budget has room for the request.
  if (status === 402 && isSubmission(route)) sometimes.push('Retry-After');
  if (isJobs) sometimes.push('x-darkroom-job-id', 'idempotency-replayed');
  if (isJobs || (isSubmission(route) && codes.some((code) => finalCodes.has(code)))) sometimes.push('x-should-retry');
  // The caller's limit of files is reached; API Gateway's own 429 doesn't bear it.
  if (status === 429 && route.request === 'FileUpload') sometimes.push('x-should-retry');
  if (isJobs && (status === 404 || status >= 500)) sometimes.push('Location');
  return { always, sometimes };
}

/** What a job may fail with, or its answer once it was accepted: the code of a synchronous answer. */
const jobCodes: ReadonlySet<ErrorCode> = new Set([
  ...Object.values(failurePolicies).map(({ code }) => code),
  'cancelled',
  'virtual_key_blocked',
  'deadline_exceeded',
  // A further request didn't fit into a budget.
  'budget_exceeded',
  // Its job was deleted meanwhile.
  'not_found',
]);

/**
 * Refusals of a submission that stay the same however often it is sent; or, where a store failed, after which it may
 * run twice.
 */
const finalCodes: ReadonlySet<ErrorCode> = new Set(['idempotency_mismatch', 'idempotency_expired', 'unavailable']);

/** An error body for each code. */
export const errorExamples = Object.fromEntries(
  (Object.keys(errorTable) as ErrorCode[]).map((code) => [code, exampleOf(code)]),
) as Readonly<Record<ErrorCode, ErrorBody>>;

function exampleOf(code: ErrorCode): ErrorBody {
  return {
    event_id: exampleIds.request,
    type: code,
    is_bifrost_error: true,
    status_code: statusOf(code),
    error: {
      type: errorTable[code].class,
      code,
      message: 'What is wrong, and what to change.',
      event_id: exampleIds.request,
    },
    extra_fields: {},
  };
}
