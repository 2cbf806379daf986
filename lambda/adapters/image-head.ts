import type { ByteStream, ImageFacts } from '../domain/image.ts';
import { imageHeaderBytes, readImageHeader } from '../domain/image-header.ts';

/** A stream of which the first bytes have been looked at. `bytes` still gives all of them, once. */
export interface HeadedImage {
  readonly facts: ImageFacts;
  readonly bytes: ByteStream;
}

/**
 * Reads what an image is off the head of a stream; undefined, with the stream closed, if it is none. The head is always
 * read in full, for a PNG's transparency can stand behind a colour profile: an early look would call it opaque.
 * Waiting for bytes ends with the signal's reason when the signal fires.
 */
export async function readHead(stream: ByteStream, signal: AbortSignal): Promise<HeadedImage | undefined> {
  const source = interruptible(stream, signal);
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < imageHeaderBytes) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(chunks);
  const facts = readImageHeader(head);
  if (facts) return { facts, bytes: joined(head, iterator) };
  await iterator.return(undefined);
  return undefined;
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
      // Racing each read against one promise for the signal would keep all chunks in memory, by that promise's reactions.
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
