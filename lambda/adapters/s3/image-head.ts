import type { ByteStream, ImageFacts } from '../../domain/images/image.ts';
import { readGrowingHead } from './growing-head.ts';

/** A stream whose first bytes have been inspected. `bytes` still yields all of them, once. */
export interface HeadedImage {
  readonly facts: ImageFacts;
  readonly bytes: ByteStream;
}

/**
 * Detects an image's type and size from the head of a stream; undefined, with the stream closed, if it is none. When the
 * signal fires, waiting for bytes rejects with its reason.
 */
export async function readHead(stream: ByteStream, signal: AbortSignal): Promise<HeadedImage | undefined> {
  const source = interruptible(stream, signal);
  const iterator = source[Symbol.asyncIterator]();
  const { head, facts } = await readGrowingHead((wanted) => take(wanted, iterator));
  if (facts) return { facts, bytes: joined(head, iterator) };
  await iterator.return(undefined);
  return undefined;
}

/**
 * The next chunks, of that many bytes together or a part of a chunk more. Fewer where the stream ends; at its end none.
 */
async function take(bytes: number, iterator: AsyncGenerator<Uint8Array>): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (let taken = 0; taken < bytes; ) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    taken += next.value.length;
  }
  return chunks;
}

async function* joined(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** The same stream, failing as soon as the signal fires, also while it waits for a source that sends nothing. */
async function* interruptible(stream: ByteStream, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let interrupt: (reason: unknown) => void = () => {};
  const onAbort = () => interrupt(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      signal.throwIfAborted();
      // Racing each read against one promise for the signal would keep all chunks in memory, by that promise's
      // reactions.
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        interrupt = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    const closed = Promise.resolve(iterator.return?.()).catch(() => {});
    // A source that was left in the middle of a read may never confirm its closing.
    if (!signal.aborted) await closed;
  }
}
