import { Writable } from 'node:stream';

/** Where what a handler writes to its stream goes. */
export interface StreamSink {
  /** Takes a chunk; the next comes once `done` has been called. */
  chunk(bytes: Uint8Array, done: (error?: Error) => void): void;
  /** The handler has ended its stream, and every chunk has been taken. */
  end(): void;
}

type RawWrite = (chunk: string | Uint8Array) => void;

const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

/**
 * The stream behind what a streaming handler writes to. Like Lambda's own it lets `HttpResponseStream.from` put its prelude in front
 * of the first `write`, and only of that: a handler that ends the stream without a write sends no status and no headers.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/stream/response-stream.ts
 */
class ResponseStream extends Writable {
  contentType = 'application/octet-stream';
  // The name is the runtime's own, since code outside this class sets it.
  _onBeforeFirstWrite: ((write: RawWrite) => void) | undefined;
  private hasWritten = false;

  setContentType(contentType: string): void {
    if (this.hasWritten) throw new InvalidStreamingOperation('Cannot set content-type, too late.');
    this.contentType = contentType;
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    if (!this.hasWritten) this._onBeforeFirstWrite?.((first) => super.write(first));
    this.hasWritten = true;
    const sendable = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    return super.write(sendable, ...(rest as [BufferEncoding]));
  }
}

class InvalidStreamingOperation extends Error {
  override readonly name = 'InvalidStreamingOperation';
}

/** What Lambda's runtime passes on of its stream. */
const methods = [
  ...['cork', 'destroy', 'end', 'uncork', 'write', 'setContentType'],
  ...['addListener', 'on', 'once', 'prependListener', 'prependOnceListener', 'off', 'removeListener'],
  ...['removeAllListeners', 'setMaxListeners', 'getMaxListeners', 'listeners', 'rawListeners', 'listenerCount'],
  ...['eventNames', 'emit'],
];
const changeableProperties = ['destroyed', '_onBeforeFirstWrite'];
const readableProperties = [
  ...['writable', 'writableFinished', 'writableObjectMode', 'writableEnded', 'writableNeedDrain'],
  ...['writableHighWaterMark', 'writableCorked', 'writableLength'],
];

/** What a handler gets: a plain object with methods bound to the stream, which is no `Writable` itself. */
export type HandedStream = Pick<
  ResponseStream,
  'write' | 'end' | 'destroy' | 'destroyed' | 'once' | 'setContentType' | 'writableFinished'
> & {
  _onBeforeFirstWrite: ResponseStream['_onBeforeFirstWrite'];
};

/** The stream of one answer, from the runtime's side. */
export interface AnswerStream {
  /** What the handler gets. */
  readonly stream: HandedStream;
  /** Settles once all has been taken. Rejects where the stream is destroyed or fails. */
  readonly finished: Promise<void>;
  /**
   * Ends the stream for a handler that has failed, without a word to the sink unless it had ended it itself. Settles
   * when what it wrote has been taken, and never rejects.
   */
  fail(): Promise<void>;
}

/**
 * The stream of one answer, as Lambda's runtime hands it over. The runtime listens to `finished` only once the handler
 * is done: a handler that destroys its stream ends the process, and so does one that writes after the end of a stream
 * not yet sent.
 */
export function createResponseStream(sink: StreamSink): AnswerStream {
  let hasFailed = false;
  const inner = new ResponseStream({
    // The chunk may be a window on a shared pool, which can't be handed to another thread.
    write: (chunk: Uint8Array, _encoding, done) => sink.chunk(new Uint8Array(chunk), done),
    final(done) {
      // An answer that its handler has not ended must not look like a whole one.
      if (!hasFailed) sink.end();
      done();
    },
  });
  const finished = new Promise<void>((resolve, reject) => {
    inner.once('finish', resolve).once('error', reject);
    inner.once('close', () => reject(new Error('socket hang up')));
  });
  const fail = (): Promise<void> => {
    hasFailed = !inner.writableEnded;
    return new Promise((resolve) => {
      if (inner.destroyed) return resolve();
      inner.once('close', resolve).end();
    });
  };
  return { stream: handedOver(inner), finished, fail };
}

function handedOver(inner: ResponseStream): HandedStream {
  const stream: Record<string, unknown> = {};
  for (const name of methods) stream[name] = (Reflect.get(inner, name) as (...given: unknown[]) => unknown).bind(inner);
  for (const name of readableProperties) Object.defineProperty(stream, name, { get: () => Reflect.get(inner, name) });
  for (const name of changeableProperties) {
    const set = (value: unknown): void => void Reflect.set(inner, name, value);
    Object.defineProperty(stream, name, { get: () => Reflect.get(inner, name), set });
  }
  return stream as unknown as HandedStream;
}

/** The `awslambda` global that Lambda's Node runtime offers to bundles. */
export const awslambda = {
  streamifyResponse<Handler extends object>(handler: Handler): Handler {
    return Object.assign(handler, { [streamingMark]: 'response' });
  },
  HttpResponseStream: {
    from(stream: HandedStream, metadata: unknown): HandedStream {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      const prelude = JSON.stringify(metadata);
      stream._onBeforeFirstWrite = (write) => {
        write(prelude);
        write(new Uint8Array(8));
      };
      return stream;
    },
  },
};

/** Whether a handler has been wrapped by `awslambda.streamifyResponse`. */
export function isStreaming(handler: object): boolean {
  return streamingMark in handler;
}
