import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEvent, Context, StreamifyHandler } from 'aws-lambda';
import type { ApiResponse } from './api-response.ts';

/** Answers one event. */
export type Answer = (event: APIGatewayProxyEvent, context: Context) => Promise<ApiResponse>;

/** Makes the response for an error that nobody has turned into one yet. Must not throw. */
export type AnswerFault = (error: unknown, event: APIGatewayProxyEvent) => ApiResponse;

/**
 * A handler whose answers Lambda streams. Status and headers leave only when the body's first piece is there, so that a
 * body which can't be begun is still a proper error; one that breaks off later destroys the stream, and the caller sees
 * a cut connection and no answer that seems whole.
 */
export function streamedHandler(
  answer: Answer,
  answerFault: AnswerFault,
): StreamifyHandler<APIGatewayProxyEvent, void> {
  return awslambda.streamifyResponse<APIGatewayProxyEvent>(async (event, stream, context) => {
    const ready = await begun(answer(event, context)).catch((error) => begun(answerFault(error, event)));
    const { status: statusCode, headers } = ready.response;
    await send(ready.body, awslambda.HttpResponseStream.from(stream, { statusCode, headers }));
  });
}

interface Begun {
  readonly response: ApiResponse;
  readonly body: AsyncIterable<Uint8Array | string>;
}

async function begun(answered: ApiResponse | Promise<ApiResponse>): Promise<Begun> {
  const response = await answered;
  const pieces = typeof response.body === 'string' ? Readable.from([response.body]) : response.body;
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return { response, body: resumed(first, iterator) };
}

async function* resumed<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Writes a body with back-pressure: the next piece is made only when the stream has room. */
async function send(body: Begun['body'], stream: Writable): Promise<void> {
  // Lambda sends status and headers with the first write, so an empty body needs one too.
  stream.write('');
  await pipeline(body, stream);
}
