import type { Writable } from 'node:stream';

type Body = AsyncIterable<Uint8Array | string>;

/**
 * Writes a body and ends the stream, with back-pressure: the next piece is made only when there is room for it. Throws what
 * the body throws, the signal's reason, or the stream's own error. It never destroys the stream: what Lambda hands to a
 * handler then rejects a promise that nobody listens to, which ends the process.
 */
export async function sendBody(body: Body, stream: Writable, cut: AbortSignal): Promise<void> {
  const over = whenOver(stream, cut);
  const pieces = body[Symbol.asyncIterator]();
  try {
    // Lambda sends status and headers with the first write, so an empty body needs one too.
    stream.write('');
    for (;;) {
      const piece = await Promise.race([pieces.next(), over.happened]);
      if (piece.done) break;
      if (!stream.write(piece.value)) await Promise.race([occurred(stream, 'drain'), over.happened]);
    }
    const finished = occurred(stream, 'finish');
    stream.end();
    await Promise.race([finished, over.happened]);
  } finally {
    over.forget();
    // Not waited for: a body that hangs would hold the answer for as long.
    void pieces.return?.().catch(() => undefined);
  }
}

const occurred = (stream: Writable, event: 'drain' | 'finish'): Promise<void> =>
  new Promise((resolve) => {
    stream.once(event, resolve);
  });

/** Rejects as soon as nobody takes any more of the stream, or the signal fires. */
function whenOver(stream: Writable, cut: AbortSignal): { readonly happened: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const failed = (error: Error) => reject(error);
  const closed = () => reject(new Error('The stream of the answer was closed before its end.'));
  const aborted = () => reject(cut.reason);
  stream.once('error', failed);
  stream.once('close', closed);
  cut.addEventListener('abort', aborted, { once: true });
  return {
    happened: promise,
    // The stream keeps its listener for errors: one that comes late must not end the process either.
    forget() {
      stream.off('close', closed);
      cut.removeEventListener('abort', aborted);
    },
  };
}
