import { Readable, Writable } from 'node:stream';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Timers } from '../../../../lambda/domain/ports.ts';
import type { Telemetry } from '../../../../lambda/domain/telemetry.ts';
import type { ApiResponse } from '../../../../lambda/http/answer/api-response.ts';
import { streamedHandler } from '../../../../lambda/http/answer/streamed-handler.ts';
import { awslambda, createResponseStream } from '../../../../local/function-host/response-stream.ts';
import { collectGarbage } from '../../../support/collect-garbage.ts';
import { sampleEvent } from '../../../support/sample-events.ts';
import { waitFor } from '../../../support/wait-for.ts';

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

const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 300_000 } as Context;

function run(
  answer: () => Promise<ApiResponse>,
  sink: object = new Sink({ highWaterMark: 10 }),
  now = untimed,
  event = sampleEvent(),
) {
  const faults: unknown[] = [];
  const events: unknown[] = [];
  const noted = (error: unknown) => {
    faults.push(error);
    return fault(error);
  };
  const telemetry: Telemetry = { record: (code, fields) => void events.push({ code, fields }) };
  const handler = streamedHandler(answer, noted, { timers: now, telemetry, allowedOrigins: ['https://app.example'] });
  const stream = sink as Parameters<typeof handler>[1];
  const done = Promise.resolve(handler(event, stream, context));
  return { sink: sink as Sink, faults, events, done };
}

/** Timers under which no time passes. */
const untimed: Timers = { after: () => () => {} };

describe('streamedHandler', () => {
  it('sends status, headers and a text body', async () => {
    const { sink, done } = run(async () => ok('{"ä":1}'));
    await done;
    expect(sink.sentMetadata).toEqual({ statusCode: 200, headers: { a: 'b', vary: 'Origin' } });
    expect(sink.text).toBe('{"ä":1}');
    expect(sink.writableFinished).toBe(true);
  });

  it.each([
    ['an empty text', ''],
    ['an empty stream', Readable.from([])],
  ])('sends status and headers of %s too', async (_, body) => {
    const { sink, done } = run(async () => ({ status: 204, headers: {}, body }));
    await done;
    expect(sink.sentMetadata).toEqual({ statusCode: 204, headers: { vary: 'Origin' } });
    expect(sink.writableFinished).toBe(true);
  });

  it('sends the head alone to HEAD, and ends the body unread', async () => {
    let made = 0;
    let closed = false;
    async function* pieces() {
      try {
        for (; made < 50; made += 1) yield Buffer.alloc(10, 'x');
      } finally {
        closed = true;
      }
    }
    const { sink, done } = run(async () => ok(pieces()), undefined, untimed, sampleEvent({ method: 'HEAD' }));
    await done;
    expect(sink.sentMetadata).toMatchObject({ statusCode: 200, headers: { a: 'b' } });
    expect([sink.text, made, closed]).toEqual(['', 0, true]);
  });

  it('sends HEAD the head of a fault where the body could not be begun', async () => {
    // biome-ignore lint/correctness/useYield: it fails before there is anything to yield.
    async function* failing(): AsyncGenerator<Uint8Array> {
      throw new Error('no object');
    }
    const { sink, done } = run(async () => ok(failing()), undefined, untimed, sampleEvent({ method: 'HEAD' }));
    await done;
    expect(sink.sentMetadata).toMatchObject({ statusCode: 500 });
    expect(sink.text).toBe('');
  });

  it('lets scripts of an allowed origin read the answer', async () => {
    const event = sampleEvent({ headers: { origin: 'https://app.example' } });
    const { sink, done } = run(async () => ok('{}'), undefined, untimed, event);
    await done;
    expect(sink.sentMetadata).toMatchObject({ headers: { 'access-control-allow-origin': 'https://app.example' } });
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
    await waitFor(() => expect(sink.waiting).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(made).toBeLessThanOrEqual(4);
    sink.slow = false;
    for (const release of sink.waiting) release();
    await done;
    expect(sink.text).toHaveLength(500);
  });

  it('keeps no piece of a body that has been sent', async () => {
    const sent: WeakRef<object>[] = [];
    const kept: number[] = [];
    async function* pieces() {
      for (let made = 0; made < 8; made += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        collectGarbage();
        kept.push(sent.filter((piece) => piece.deref() !== undefined).length);
        const piece = Buffer.alloc(20_000, 'x');
        sent.push(new WeakRef(piece));
        yield piece;
      }
    }
    const sink = new Writable({ highWaterMark: 10, write: (_chunk, _encoding, done) => void setImmediate(done) });
    await run(async () => ok(pieces()), sink).done;
    expect(sent).toHaveLength(8);
    expect(Math.max(...kept)).toBeLessThan(4);
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

  const breakingOff = async () => {
    async function* pieces() {
      yield Buffer.from('{"a":"');
      throw new Error('no object images/2');
    }
    return ok(pieces());
  };

  it('fails where a body breaks off, so that a part never passes for the whole, and says why in the log alone', async () => {
    const { sink, faults, done } = run(breakingOff);
    await expect(done).rejects.toThrow(/^The answer broke off\.$/);
    expect(faults).toEqual([new Error('no object images/2')]);
    expect(sink.writableFinished).toBe(false);
  });

  it('leaves the stream of a body that breaks off to the runtime, which would end with a destroyed one', async () => {
    const chunks: Buffer[] = [];
    const { stream, finished } = createResponseStream({
      chunk(bytes, sent) {
        chunks.push(Buffer.from(bytes));
        sent();
      },
      end() {},
    });
    let runtime = 'serves on';
    finished.catch(() => {
      runtime = 'has ended';
    });
    vi.stubGlobal('awslambda', awslambda);
    const { done } = run(breakingOff, stream);
    await expect(done).rejects.toThrow('broke off');
    await new Promise((resolve) => setImmediate(resolve));
    expect([stream.destroyed, runtime]).toEqual([false, 'serves on']);
    expect(Buffer.concat(chunks).toString()).toContain('{"a":"');
  });

  it("sends a whole answer through a stream as Lambda hands it over, which isn't a Writable itself", async () => {
    let sent = Buffer.alloc(0);
    const { stream, finished } = createResponseStream({
      chunk(bytes, done) {
        sent = Buffer.concat([sent, bytes]);
        setImmediate(done);
      },
      end() {},
    });
    vi.stubGlobal('awslambda', awslambda);
    const { done } = run(async () => ok(Readable.from(['{"a":', '1', '}'])), stream);
    await Promise.all([done, finished]);
    expect(stream).not.toBeInstanceOf(Writable);
    expect(sent.toString()).toMatch(/"statusCode":200.*\{"a":1\}$/s);
  });

  it('cuts an answer that its caller does not take, before Lambda would end the function, and says so', async () => {
    let closed = false;
    async function* pieces() {
      try {
        for (;;) yield Buffer.alloc(10);
      } finally {
        closed = true;
      }
    }
    const pending: { milliseconds: number; callback: () => void }[] = [];
    const timers: Timers = {
      after(milliseconds, callback) {
        pending.push({ milliseconds, callback });
        return () => {};
      },
    };
    const sink = new Sink({ highWaterMark: 10 });
    sink.slow = true;
    const { done, events, faults } = run(async () => ok(pieces()), sink, timers);
    await waitFor(() => expect(sink.waiting).toHaveLength(1));
    expect(pending.map(({ milliseconds }) => milliseconds)).toEqual([297_000]);
    pending[0]?.callback();
    await expect(done).rejects.toThrow('broke off');
    expect(events).toEqual([{ code: 'answer_cut', fields: { requestId: 'r-1', status: 200 } }]);
    expect(faults).toEqual([]);
    expect(sink.destroyed).toBe(false);
    await waitFor(() => expect(closed).toBe(true));
  });

  it('cuts an answer whose body hangs, too', async () => {
    const cutSoon: Timers = {
      after(_, callback) {
        const soon = setImmediate(callback);
        return () => clearImmediate(soon);
      },
    };
    async function* pieces() {
      yield Buffer.from('a');
      await new Promise(() => {});
    }
    const { done, events } = run(async () => ok(pieces()), new Sink(), cutSoon);
    await expect(done).rejects.toThrow('broke off');
    expect(events).toHaveLength(1);
  });

  it.each([
    ['got through', async () => ok('{}'), 'ok'],
    ['broke off', breakingOff, 'broke off'],
  ] as const)('ends no sooner than what goes on after its answer, where that %s', async (_, answer, outcome) => {
    const rest = Promise.withResolvers<void>();
    const { sink, done } = run(async () => ({ ...(await answer()), rest: () => rest.promise }));
    let isOver = false;
    const ended = done.then(
      () => 'ok',
      (error: Error) => error.message,
    );
    void ended.then(() => {
      isOver = true;
    });
    await waitFor(() => expect(sink.text).not.toBe(''));
    await new Promise((resolve) => setImmediate(resolve));
    expect([sink.writableFinished, isOver]).toEqual([outcome === 'ok', false]);
    rest.resolve();
    expect(await ended).toContain(outcome);
  });

  it('waits for the rest where the caller has gone, too, and where the body could not be begun', async () => {
    const rest = Promise.withResolvers<void>();
    let isOver = false;
    // biome-ignore lint/correctness/useYield: it fails before there is anything to yield.
    async function* failing(): AsyncGenerator<Uint8Array> {
      throw new Error('no object');
    }
    const failed = run(async () => ({ ...ok(failing()), rest: () => rest.promise }));
    const sink = new Sink({ highWaterMark: 10 });
    sink.slow = true;
    const gone = run(async () => ({ ...ok('a long answer'), rest: () => rest.promise }), sink);
    await waitFor(() => expect(sink.waiting).toHaveLength(1));
    sink.destroy();
    const ended = Promise.allSettled([failed.done, gone.done]).then((all) => {
      isOver = true;
      return all.map(({ status }) => status);
    });
    await waitFor(() => expect(failed.sink.text).toBe('fault: no object'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    rest.resolve();
    expect(await ended).toEqual(['fulfilled', 'rejected']);
  });

  it('tells whoever answers a fault of the body which job had been accepted', async () => {
    const job = { id: 'j-1', operation: 'generation' } as const;
    const told: unknown[] = [];
    // biome-ignore lint/correctness/useYield: it fails before there is anything to yield.
    async function* failing(): AsyncGenerator<Uint8Array> {
      throw new Error('no object');
    }
    const handler = streamedHandler(
      async () => ({ ...ok(failing()), job }),
      (error, _, accepted) => {
        told.push(accepted);
        return fault(error);
      },
      { timers: untimed, telemetry: { record: () => {} }, allowedOrigins: [] },
    );
    await handler(sampleEvent(), new Sink() as never, context);
    expect(told).toEqual([job]);
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
    await waitFor(() => expect(sink.waiting).toHaveLength(1));
    sink.destroy();
    await expect(done).rejects.toThrow();
    await waitFor(() => expect(closed).toBe(true));
  });
});
