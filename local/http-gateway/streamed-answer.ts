import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AnswerConsumer } from '../function-host/function-thread.ts';
import type { GatewayContext } from './gateway-context.ts';
import { parseStreamHead, writeAnswerHead } from './proxy-response.ts';

/** The delimiter between the metadata and the body of a streamed answer. */
const delimiter = Buffer.alloc(8);

/** Passes a streamed answer on to the client, chunk by chunk as they come, and no faster than the client takes them. */
export class StreamedAnswer implements AnswerConsumer {
  /** Settles once it is known whether the function sends a head: that has been sent by then, or never will be. */
  readonly begun: Promise<void>;
  private readonly response: ServerResponse;
  private readonly context: GatewayContext;
  private head = Buffer.alloc(0);
  private state: 'head' | 'body' | 'complete' | 'abandoned' = 'head';
  private readonly begin: () => void;

  constructor(response: ServerResponse, context: GatewayContext) {
    this.response = response;
    this.context = context;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.begun = promise;
    this.begin = resolve;
  }

  /** Whether the head has been sent. */
  get hasStarted(): boolean {
    return this.state === 'body' || this.state === 'complete';
  }

  /** Takes a chunk, and settles when there is room for the next. After the client has gone, chunks are dropped. */
  async take(bytes: Uint8Array): Promise<void> {
    if (this.state === 'body') return this.pass(bytes);
    if (this.state !== 'head') return;
    this.head = Buffer.concat([this.head, bytes]);
    const end = this.head.indexOf(delimiter);
    if (end < 0) return;
    const head = parseStreamHead(this.head.subarray(0, end).toString());
    if (head === undefined) {
      this.abandon();
      return this.begin();
    }
    this.state = 'body';
    writeAnswerHead(this.response, head, this.context);
    this.response.flushHeaders();
    this.begin();
    const rest = this.head.subarray(end + delimiter.length);
    if (rest.length > 0) await this.pass(rest);
  }

  /** The client has the complete answer, even if its function still runs. */
  end(): void {
    if (this.state === 'body') {
      this.state = 'complete';
      this.response.end();
    }
    this.begin();
  }

  /** Drops all further data: the client gets another answer. */
  abandon(): void {
    this.state = 'abandoned';
  }

  /** Nothing more will come. An answer that isn't complete must not look like a whole one. */
  breakOff(): void {
    if (this.state === 'body') this.response.destroy();
  }

  private async pass(bytes: Uint8Array): Promise<void> {
    if (this.response.destroyed || this.response.write(bytes)) return;
    const settled = new AbortController();
    const { signal } = settled;
    await Promise.race([once(this.response, 'drain', { signal }), once(this.response, 'close', { signal })]);
    settled.abort();
  }
}
