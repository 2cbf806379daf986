import { pipeline, Readable } from 'node:stream';
import { createInflate } from 'node:zlib';
import { ChunkSource } from '../../domain/bytes/chunk-source.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import { type InspectMask, minKeptAlpha } from '../../domain/images/mask-pixels.ts';
import { type AlphaReader, alphaReader } from './png-alpha.ts';
import { PngParts } from './png-parts.ts';
import { type PngLayout, pngPasses, readRows } from './png-rows.ts';

/**
 * `InspectMask` for pngs: inflates a row at a time, and of each undoes the filter for those bytes alone that say something of
 * transparency. That is the least of a decoder's work, and needs no decoder at submit.
 */
export const inspectMask: InspectMask = async ({ type }, open) => {
  if (type !== 'png') return 'unknown';
  const source = new ChunkSource(await open());
  try {
    const { layout, transparency, rows } = await untilRows(source);
    const reader = layout && alphaReader(layout, transparency);
    if (!reader) return 'unknown';
    return (await hasEdited(layout, rows, reader)) ? 'edits' : 'opaque';
  } catch {
    if (source.failure) throw source.failure.error;
    // The file is damaged: decoding it reports that.
    return 'unknown';
  } finally {
    source.close();
  }
};

/** What a png has before its compressed rows, and these. */
async function untilRows(source: ChunkSource) {
  const parts = new PngParts();
  const rows = rowsIn(source, parts);
  const first = await rows.next();
  return { layout: parts.layout, transparency: parts.transparency, rows: from(first, rows) };
}

async function* rowsIn(source: ChunkSource, parts: PngParts): AsyncGenerator<Buffer, undefined> {
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
    const rows = parts.take(piece);
    if (rows.length > 0) yield rows;
  }
  return undefined;
}

async function* from(first: IteratorResult<Buffer, undefined>, rest: AsyncGenerator<Buffer>): ByteStream {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** Whether there is a pixel to be edited: read up to the first. */
async function hasEdited(
  layout: PngLayout,
  rows: ByteStream,
  { firstByte, byteStep, alphaAt }: AlphaReader,
): Promise<boolean> {
  // What fails in it is thrown by whoever reads the inflated bytes.
  const inflated = pipeline(Readable.from(rows), createInflate({ chunkSize: 64 * 1024 }), () => {});
  for await (const { row, pixels } of readRows(inflated, pngPasses(layout), layout, { firstByte, byteStep })) {
    for (let pixel = 0; pixel < pixels; pixel += 1) if (alphaAt(row, pixel) < minKeptAlpha) return true;
  }
  return false;
}
