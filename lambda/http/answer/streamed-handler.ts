import { Readable } from 'node:stream';
import type { APIGatewayProxyEvent, StreamifyHandler } from 'aws-lambda';
import type { Timers } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { isHead } from '../request/api-request.ts';
import type { Answer, AnswerFault, ApiResponse } from './api-response.ts';
import { sharedWith } from './cross-origin.ts';
import { sendBody } from './send-body.ts';

/** What sending an answer takes, besides the answer. */
export interface SendingDependencies {
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  /** Origins whose scripts may read the answers, as the stage's settings spell them. */
  readonly allowedOrigins: readonly string[];
}

/** An answer is cut this long before Lambda would end the function, and the log with it. */
const cutBeforeEndMilliseconds = 3000;

/**
 * A handler with response streaming. Status and headers are sent only with the body's first chunk, so that a body which
 * fails at its start is still a proper error. If it fails later, or its client doesn't read it within the function's
 * timeout, the handler throws after a log line: Lambda then breaks the connection, so that no partial answer seems
 * complete, and the function serves on. The handler ends when the work that continues after its answer has ended, too.
 * HEAD gets the headers alone, of a body that could be begun.
 */
export function streamedHandler(
  answer: Answer,
  answerFault: AnswerFault,
  { timers, telemetry, allowedOrigins }: SendingDependencies,
): StreamifyHandler<APIGatewayProxyEvent, void> {
  return awslambda.streamifyResponse<APIGatewayProxyEvent>(async (event, stream, context) => {
    const answered = await answer(event, context).catch((error: unknown) => answerFault(error, event));
    const begin = isHead(event) ? begunForHead : begun;
    const ready = await begin(answered).catch((error) => begin(answerFault(error, event, answered.job)));
    const { status: statusCode, headers } = sharedWith(allowedOrigins, event, ready.response);
    const cut = new AbortController();
    const cancel = timers.after(Math.max(0, context.getRemainingTimeInMillis() - cutBeforeEndMilliseconds), () =>
      cut.abort(new Error('The time of the function is over.')),
    );
    const out = awslambda.HttpResponseStream.from(stream, { statusCode, headers });
    try {
      await sendBody(ready.body, out, cut.signal);
    } catch (error) {
      if (cut.signal.aborted) telemetry.record('answer_cut', { requestId: context.awsRequestId, status: statusCode });
      // What it would answer comes too late; its line in the log doesn't.
      else answerFault(error, event);
      // Lambda's runtime logs the error and sends it to the client, so that this one has no details.
      throw new Error('The answer broke off.');
    } finally {
      cancel();
      // Whether or not the client has received all of it.
      await answered.rest?.();
    }
  });
}

interface Begun {
  readonly response: ApiResponse;
  readonly body: AsyncIterable<Uint8Array | string>;
}

async function begun(response: ApiResponse): Promise<Begun> {
  const pieces = typeof response.body === 'string' ? Readable.from([response.body]) : response.body;
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return { response, body: resumed(first, iterator) };
}

/**
 * The headers of a body that could be begun, with an empty chunk in place of the body: without one, Lambda sends no
 * headers.
 */
async function begunForHead(response: ApiResponse): Promise<Begun> {
  const { body } = await begun(response);
  // What has not been started can't be ended.
  for await (const _ of body) break;
  return { response, body: Readable.from(['']) };
}

async function* resumed<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
