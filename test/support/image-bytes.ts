/** A PNG's signature and header for an image of this size, followed by `length` bytes in all of no meaning. */
export function pngBytes(length: number, size = { width: 640, height: 480 }): Uint8Array {
  const bytes = new Uint8Array(Math.max(33, length)).map((_, at) => at % 251);
  const view = new DataView(bytes.buffer);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  bytes.set([0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52], 8);
  view.setUint32(16, size.width);
  view.setUint32(20, size.height);
  bytes.set([8, 2, 0, 0, 0, 0, 0, 0, 0], 24);
  return bytes;
}

/** Bytes as a stream of chunks of one length, as a connection would bring them. */
export async function* inChunks(bytes: Uint8Array, chunkBytes = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
}
