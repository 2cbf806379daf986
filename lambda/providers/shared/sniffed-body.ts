import type { ByteStream } from '../../domain/image.ts';

/** A body, and whether it is a JSON object: by its first byte, since a content type may be wrong. No image begins with a brace. */
export async function sniffedBody(body: ByteStream): Promise<{ readonly isJson: boolean; readonly bytes: ByteStream }> {
  const chunks = body[Symbol.asyncIterator]();
  let first = await chunks.next();
  while (!first.done && first.value.length === 0) first = await chunks.next();
  const isJson = !first.done && /^\s*\{/.test(Buffer.from(first.value.subarray(0, 64)).toString('latin1'));
  async function* bytes(): ByteStream {
    try {
      for (let next = first; !next.done; next = await chunks.next()) yield next.value;
    } finally {
      // A body that nobody reads on lets go of its connection.
      await chunks.return?.();
    }
  }
  return { isJson, bytes: bytes() };
}
