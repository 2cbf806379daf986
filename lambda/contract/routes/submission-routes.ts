import type { Operation } from '../../domain/generation.ts';
import { callerErrors, type QueryParameter, type Route } from '../route.ts';
import { submissionPath } from '../submission-paths.ts';

const submitErrors = [
  'idempotency_expired',
  'idempotency_mismatch',
  'invalid_request',
  'invalid_value',
  'missing_field',
  'unsupported_operation',
  'unknown_provider',
  'model_retired',
  'stream_unsupported',
  'budget_exceeded',
  'provider_blocked',
  'model_blocked',
  'payload_too_large',
  'unsupported_media_type',
] as const;

const quoteParameter: QueryParameter = {
  name: 'quote',
  description:
    'Whether to answer with the price of the submission, and do nothing else; false if absent. It is validated like a job, but nothing is stored, reserved or sent to a provider, and no limit counts it. A known answer in the cache is not considered.',
  schema: { type: 'boolean' },
};

/** The route that accepts a job. */
export function submitRoute(operation: Operation): Route {
  return {
    id: `submit-${operation}`,
    method: 'POST',
    path: submissionPath(operation, 'asynchronous'),
    function: 'submit-job',
    summary: `Submit an image ${operation}`,
    credential: true,
    streamed: false,
    operation,
    query: [quoteParameter],
    answers: {
      202: { body: 'open_job', description: 'The job was accepted and is durable.' },
      200: {
        body: 'ended_job',
        description:
          'The job ended within the time granted by `Prefer: wait`; with `quote`, the price of the submission.',
        quote: true,
      },
    },
    errors: [...callerErrors, ...submitErrors, ...(operation === 'generation' ? [] : (['invalid_image'] as const))],
  };
}

const synchronousErrors = [
  'not_found',
  'content_refused',
  'cancelled',
  'provider_error',
  'provider_auth',
  'provider_timeout',
  'deadline_exceeded',
] as const;

/** The route that answers with the result. */
export function synchronousRoute(operation: Operation): Route {
  return {
    id: `run-${operation}`,
    method: 'POST',
    path: submissionPath(operation, 'synchronous'),
    function: 'run-synchronously',
    summary: `Make an image ${operation} and answer with its result`,
    credential: true,
    streamed: true,
    operation,
    query: [quoteParameter],
    answers: {
      200: {
        body: 'image_result',
        quote: true,
        ...(operation === 'variation'
          ? { description: 'The result; with `quote`, the price of the submission.' }
          : {
              description:
                'The result; with `stream`, server-sent events as they occur, each with its type as its name: partial images, then one `completed` for each image, or an `error`. A comment line each 15 seconds keeps the connection open. There is no `[DONE]`. With `quote`, the price of the submission, as JSON.',
              events: true,
            }),
      },
    },
    errors: [
      ...callerErrors,
      ...submitErrors,
      ...synchronousErrors,
      ...(operation === 'generation' ? [] : (['invalid_image'] as const)),
    ],
  };
}
