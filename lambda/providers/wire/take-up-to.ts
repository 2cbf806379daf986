import type { ByteStream } from '../../domain/images/image.ts';

/** Buffered bytes: all of them, or the first of more than may be buffered, from which `all` continues. */
export type Held = { readonly whole: Buffer } | { readonly whole?: never; readonly all: () => ByteStream };

/** Holds the bytes if there are no more than that, and reads no further if there are. */
export async function takeUpTo(bytes: ByteStream, maxBytes: number): Promise<Held> {
  const reader = bytes[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let step = await reader.next(); !step.done; step = await reader.next()) {
    pieces.push(step.value);
    length += step.value.length;
    if (length > maxBytes) return { all: () => following(pieces, reader) };
  }
  return { whole: Buffer.concat(pieces) };
}

async function* following(pieces: readonly Uint8Array[], reader: AsyncIterator<Uint8Array>): ByteStream {
  yield* pieces;
  for (let step = await reader.next(); !step.done; step = await reader.next()) yield step.value;
}
