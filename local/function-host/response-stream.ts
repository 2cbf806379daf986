import { Writable } from 'node:stream';

type SendChunk = (bytes: Uint8Array, done: (error?: Error) => void) => void;
type RawWrite = (chunk: string | Uint8Array) => void;

const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

/**
 * The stream behind what a streaming handler writes to. Like Lambda's own it lets `HttpResponseStream.from` put its prelude in front
 * of the first `write`, and only of that: a handler that ends the stream without a write sends no status and no headers.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/HttpResponseStream.js
 */
class ResponseStream extends Writable {
  contentType = 'application/octet-stream';
  // The name is the runtime's own, since code outside this class sets it.
  _onBeforeFirstWrite: ((write: RawWrite) => void) | undefined;

  constructor(send: SendChunk) {
    super({
      write(chunk: Uint8Array, _encoding, done) {
        // The chunk may be a window on a shared pool, which can't be handed to another thread.
        send(new Uint8Array(chunk), done);
      },
    });
  }

  setContentType(contentType: string): void {
    this.contentType = contentType;
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    const before = this._onBeforeFirstWrite;
    this._onBeforeFirstWrite = undefined;
    before?.((first) => super.write(first));
    const sendable = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    return super.write(sendable, ...(rest as [BufferEncoding]));
  }
}

/** What Lambda's runtime passes on of its stream. */
const methods = [
  ...['cork', 'destroy', 'end', 'uncork', 'write', 'setContentType'],
  ...['addListener', 'on', 'once', 'prependListener', 'prependOnceListener', 'off', 'removeListener'],
  ...['removeAllListeners', 'setMaxListeners', 'getMaxListeners', 'listeners', 'rawListeners', 'listenerCount'],
  ...['eventNames', 'emit'],
];
const properties = [
  ...['destroyed', 'writable', '_onBeforeFirstWrite', 'writableFinished', 'writableObjectMode', 'writableEnded'],
  ...['writableNeedDrain', 'writableHighWaterMark', 'writableCorked', 'writableLength'],
];

/** What a handler gets: a plain object with methods bound to the stream, which is no `Writable` itself. */
export type HandedStream = Pick<
  ResponseStream,
  'write' | 'end' | 'destroy' | 'destroyed' | 'once' | 'setContentType'
> & {
  _onBeforeFirstWrite: ResponseStream['_onBeforeFirstWrite'];
};

/**
 * The stream of one answer, as Lambda's runtime hands it over. `finished` rejects where the stream is destroyed or fails, and
 * the runtime listens to it only once the handler is done: a handler that destroys its stream ends the process.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/ResponseStream.js
 */
export function createResponseStream(send: SendChunk): { readonly stream: HandedStream; finished: Promise<void> } {
  const inner = new ResponseStream(send);
  const finished = new Promise<void>((resolve, reject) => {
    inner.once('finish', resolve).once('error', reject);
    inner.once('close', () => reject(new Error('socket hang up')));
  });
  const stream: Record<string, unknown> = {};
  for (const name of methods) stream[name] = (Reflect.get(inner, name) as (...given: unknown[]) => unknown).bind(inner);
  for (const name of properties) {
    const set = (value: unknown): void => void Reflect.set(inner, name, value);
    Object.defineProperty(stream, name, { get: () => Reflect.get(inner, name), set });
  }
  return { stream: stream as unknown as HandedStream, finished };
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
