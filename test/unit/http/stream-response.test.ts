import { Readable, Writable } from 'node:stream';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApiResponse } from '../../../lambda/http/api-response.ts';
import { streamedHandler } from '../../../lambda/http/stream-response.ts';
import { sampleEvent } from './sample-events.ts';

/** What Lambda's runtime does: status and headers leave with the first write. */
class Sink extends Writable {
  metadata: unknown;
  sentMetadata: unknown;
  readonly chunks: Buffer[] = [];
  waiting: (() => void)[] = [];
  slow = false;

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.sentMetadata ??= this.metadata;
    this.chunks.push(chunk);
    if (this.slow && chunk.length > 0) this.waiting.push(done);
    else done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

beforeEach(() => {
  vi.stubGlobal('awslambda', {
    streamifyResponse: (handler: unknown) => handler,
    HttpResponseStream: {
      from: (sink: Sink, metadata: unknown) => {
        sink.metadata = metadata;
        return sink;
      },
    },
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const ok = (body: ApiResponse['body']): ApiResponse => ({ status: 200, headers: { a: 'b' }, body });
const fault = (error: unknown): ApiResponse => ({
  status: 500,
  headers: {},
  body: `fault: ${(error as Error).message}`,
});

function run(answer: () => Promise<ApiResponse>, sink = new Sink({ highWaterMark: 10 })) {
  const handler = streamedHandler(answer, fault);
  const stream = sink as unknown as Parameters<typeof handler>[1];
  return { sink, done: Promise.resolve(handler(sampleEvent(), stream, {} as Context)) };
}

describe('streamedHandler', () => {
  it('sends status, headers and a text body', async () => {
    const { sink, done } = run(async () => ok('{"ä":1}'));
    await done;
    expect(sink.sentMetadata).toEqual({ statusCode: 200, headers: { a: 'b' } });
    expect(sink.text).toBe('{"ä":1}');
    expect(sink.writableFinished).toBe(true);
  });

  it.each([
    ['an empty text', ''],
    ['an empty stream', Readable.from([])],
  ])('sends status and headers of %s too', async (_, body) => {
    const { sink, done } = run(async () => ({ status: 204, headers: {}, body }));
    await done;
    expect(sink.sentMetadata).toEqual({ statusCode: 204, headers: {} });
    expect(sink.writableFinished).toBe(true);
  });

  it('makes the next piece only when there is room for it', async () => {
    let made = 0;
    async function* pieces() {
      for (; made < 50; ) {
        made += 1;
        yield Buffer.alloc(10, 'x');
      }
    }
    const sink = new Sink({ highWaterMark: 10 });
    sink.slow = true;
    const { done } = run(async () => ok(pieces()), sink);
    await vi.waitFor(() => expect(sink.waiting).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(made).toBeLessThanOrEqual(4);
    sink.slow = false;
    for (const release of sink.waiting) release();
    await done;
    expect(sink.text).toHaveLength(500);
  });

  it('answers a fault before the first piece as an error', async () => {
    const thrown = run(() => Promise.reject(new Error('early')));
    await thrown.done;
    expect(thrown.sink.text).toBe('fault: early');
    expect(thrown.sink.sentMetadata).toMatchObject({ statusCode: 500 });
    // biome-ignore lint/correctness/useYield: it fails before there is anything to yield.
    async function* pieces(): AsyncGenerator<Uint8Array> {
      throw new Error('no object');
    }
    const failed = run(async () => ok(pieces()));
    await failed.done;
    expect(failed.sink.text).toBe('fault: no object');
  });

  it('destroys the stream when a body breaks off, so that a part never passes for the whole', async () => {
    async function* pieces() {
      yield Buffer.from('{"a":"');
      throw new Error('cut');
    }
    const { sink, done } = run(async () => ok(pieces()));
    await expect(done).rejects.toThrow('cut');
    expect(sink.destroyed).toBe(true);
    expect(sink.writableFinished).toBe(false);
  });

  it('closes the body when the caller has gone', async () => {
    let closed = false;
    async function* pieces() {
      try {
        for (;;) yield Buffer.alloc(10);
      } finally {
        closed = true;
      }
    }
    const sink = new Sink({ highWaterMark: 10 });
    sink.slow = true;
    const { done } = run(async () => ok(pieces()), sink);
    await vi.waitFor(() => expect(sink.waiting).toHaveLength(1));
    sink.destroy();
    await expect(done).rejects.toThrow();
    await vi.waitFor(() => expect(closed).toBe(true));
  });
});
