import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { headerNames } from '../../contract/headers.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import type { JobBehind } from './job-goes-on.ts';

/** An answer before it is wrapped for Lambda. A body that can be large is a stream of its UTF-8 bytes. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | ByteStream;
  /**
   * Called once the answer has been sent, or can't be; the function stays alive until the promise settles. Never
   * rejects.
   * @default - no work continues after the answer
   */
  readonly rest?: () => Promise<void>;
  /**
   * The job that the answer is of. A fault of the answer is none of the job, and must name it.
   * @default - it is of none
   */
  readonly job?: JobBehind;
}

/** Answers one event. */
export type Answer = (event: APIGatewayProxyEvent, context: Context) => Promise<ApiResponse>;

/** Makes the response for an unhandled error, naming the job that had been accepted by then, if any. Must not throw. */
export type AnswerFault = (error: unknown, event: APIGatewayProxyEvent, job?: ApiResponse['job']) => ApiResponse;

/** The headers of every answer: nothing of the gateway may be kept by a cache or guessed to be of another type. */
const standardHeaders = (requestId: string): Readonly<Record<string, string>> => ({
  [headerNames.requestId]: requestId,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

/** An answer in JSON. `body` is a value to be written as JSON, or JSON that is already text or a stream of it. */
export function jsonResponse(
  status: number,
  requestId: string,
  body: { readonly json: string | ByteStream } | { readonly value: unknown },
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...standardHeaders(requestId), ...headers },
    body: 'json' in body ? body.json : JSON.stringify(body.value),
  };
}

/** An answer that is a stream of server-sent events, which nothing between may hold back. */
export const streamResponse = (
  requestId: string,
  body: ByteStream,
  headers: Readonly<Record<string, string>>,
): ApiResponse => ({
  status: 200,
  headers: {
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
    ...standardHeaders(requestId),
    ...headers,
  },
  body,
});

/** An answer without a body that sends the caller elsewhere. */
export const redirectResponse = (requestId: string, location: string): ApiResponse => ({
  status: 302,
  headers: { ...standardHeaders(requestId), location },
  body: '',
});

/** An answer without a body, for success whose details are in its headers. */
export const emptyResponse = (requestId: string, headers: Readonly<Record<string, string>> = {}): ApiResponse => ({
  status: 204,
  headers: { ...standardHeaders(requestId), ...headers },
  body: '',
});
