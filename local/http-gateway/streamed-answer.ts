import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { GatewayContext } from './gateway-context.ts';
import { parseStreamHead, writeAnswerHead } from './proxy-response.ts';

/** What stands between the metadata and the body of a streamed answer. */
const delimiter = Buffer.alloc(8);

/** Passes a streamed answer on to the client, chunk by chunk and no faster than the client takes it. */
export class StreamedAnswer {
  /** Settles once the head has been sent. It never settles for a function that sends none. */
  readonly started: Promise<void>;
  private readonly response: ServerResponse;
  private readonly context: GatewayContext;
  private head = Buffer.alloc(0);
  private state: 'head' | 'body' | 'malformed' | 'abandoned' = 'head';
  private resolveStarted: () => void = () => undefined;

  constructor(response: ServerResponse, context: GatewayContext) {
    this.response = response;
    this.context = context;
    this.started = new Promise((resolve) => {
      this.resolveStarted = resolve;
    });
  }

  get hasStarted(): boolean {
    return this.state === 'body';
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
      this.state = 'malformed';
      return;
    }
    this.state = 'body';
    writeAnswerHead(this.response, head, this.context);
    this.response.flushHeaders();
    this.resolveStarted();
    const rest = this.head.subarray(end + delimiter.length);
    if (rest.length > 0) await this.pass(rest);
  }

  /** Drops whatever still comes: the client has been answered otherwise. */
  abandon(): void {
    this.state = 'abandoned';
  }

  private async pass(bytes: Uint8Array): Promise<void> {
    if (this.response.destroyed || this.response.write(bytes)) return;
    const settled = new AbortController();
    const { signal } = settled;
    await Promise.race([once(this.response, 'drain', { signal }), once(this.response, 'close', { signal })]);
    settled.abort();
  }
}
