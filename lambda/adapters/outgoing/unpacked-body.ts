import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ChunkSource } from '../../domain/bytes/chunk-source.ts';
import type { ByteStream } from '../../domain/images/image.ts';

const unpackers: Readonly<Record<string, () => Transform>> = {
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * A body with its content encoding removed. No compression is requested, but proxies compress answers nevertheless,
 * some without the header: gzip is recognized by its first bytes (content sniffing; RFC 1952), with which neither JSON
 * nor an image begins.
 */
export async function* unpackedBody(body: ByteStream, encoding = ''): ByteStream {
  const source = new ChunkSource(body);
  try {
    const [first, second] = await source.peek(2);
    const isGzip = first === 0x1f && second === 0x8b;
    const named = encoding.trim().toLowerCase();
    const unpacker = isGzip ? createGunzip : Object.hasOwn(unpackers, named) ? unpackers[named] : undefined;
    yield* unpacker ? through(source, unpacker()) : source.rest();
  } finally {
    source.close();
  }
}

function through(source: ChunkSource, unpacker: Transform): ByteStream {
  // A failure of either ends the other, and comes out of what is read.
  pipeline(Readable.from(source.rest(), { objectMode: false }), unpacker, () => {});
  return unpacker;
}
