import type { Writable } from 'node:stream';

type Body = AsyncIterable<Uint8Array | string>;

/**
 * Writes a body and ends the stream, with backpressure: the next chunk is produced only when there is room for it.
 * Throws what the body throws, the signal's reason, or the stream's own error. It never destroys the stream: the one
 * that Lambda passes to a handler then rejects a promise without a handler, and the unhandled rejection ends the
 * process.
 */
export async function sendBody(body: Body, stream: Writable, cut: AbortSignal): Promise<void> {
  const over = whenOver(stream, cut);
  const pieces = body[Symbol.asyncIterator]();
  try {
    // One race for the whole: a promise that is still open keeps what each race with it was won by, which were the
    // pieces.
    await Promise.race([sendAll(pieces, stream, over), over.happened]);
  } finally {
    over.forget();
    // Not waited for: a body that hangs would hold the answer for as long.
    void pieces.return?.().catch(() => undefined);
  }
}

/** Sends all pieces, and nothing more once it is over: it may then never come to an end. */
async function sendAll(pieces: AsyncIterator<Uint8Array | string>, stream: Writable, over: Over): Promise<void> {
  // Lambda sends status and headers with the first write, so an empty body needs one too.
  stream.write('');
  for (;;) {
    const piece = await pieces.next();
    if (over.hasHappened()) return;
    if (piece.done) break;
    if (!stream.write(piece.value)) await occurred(stream, 'drain');
  }
  const finished = occurred(stream, 'finish');
  stream.end();
  await finished;
}

const occurred = (stream: Writable, event: 'drain' | 'finish'): Promise<void> =>
  new Promise((resolve) => {
    stream.once(event, resolve);
  });

interface Over {
  /** Rejects as soon as the stream's consumer is gone, or the signal fires. */
  readonly happened: Promise<never>;
  hasHappened(): boolean;
  forget(): void;
}

function whenOver(stream: Writable, cut: AbortSignal): Over {
  const { promise, reject: rejectPromise } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  let isOver = false;
  const reject = (error: unknown): void => {
    isOver = true;
    rejectPromise(error);
  };
  const failed = (error: Error) => reject(error);
  const closed = () => {
    if (!stream.writableFinished) reject(new Error('The stream of the answer was closed before its end.'));
  };
  const aborted = () => reject(cut.reason);
  stream.once('error', failed);
  stream.once('close', closed);
  cut.addEventListener('abort', aborted, { once: true });
  return {
    happened: promise,
    hasHappened: () => isOver,
    // The stream keeps its listener for errors: one that comes late must not end the process either.
    forget() {
      stream.off('close', closed);
      cut.removeEventListener('abort', aborted);
    },
  };
}
