import { Writable } from 'node:stream';

type SendChunk = (bytes: Uint8Array, done: (error?: Error) => void) => void;
type RawWrite = (chunk: string | Uint8Array) => void;

const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

/**
 * The stream a streaming handler writes to. Like Lambda's own it lets `HttpResponseStream.from` put its prelude in front
 * of the first `write`, and only of that: a handler that ends the stream without a write sends no status and no headers.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/HttpResponseStream.js
 */
export class ResponseStream extends Writable {
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

/** The `awslambda` global that Lambda's Node runtime offers to bundles. */
export const awslambda = {
  streamifyResponse<Handler extends object>(handler: Handler): Handler {
    return Object.assign(handler, { [streamingMark]: 'response' });
  },
  HttpResponseStream: {
    from(stream: ResponseStream, metadata: unknown): ResponseStream {
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
