import { createInflate } from 'node:zlib';
import { maxConvertedPixels } from '../../domain/images/conversion.ts';
import { type InspectMask, minKeptAlpha } from '../../domain/images/mask-pixels.ts';
import { pngChunks, walkPngChunks } from '../../domain/images/png-header.ts';
import { type AlphaReader, alphaReader } from './png-alpha.ts';
import { type PngLayout, pngPasses, readRows } from './png-rows.ts';

/**
 * `InspectMask` for pngs: inflates a row at a time, and of each undoes the filter for those bytes alone that say something of
 * transparency. That is the least of a decoder's work, and needs no decoder at submit.
 */
export const inspectMask: InspectMask = async (bytes, { type, width, height }) => {
  if (type !== 'png' || width * height > maxConvertedPixels) return 'unknown';
  const { layout, transparency, data } = dissected(bytes);
  const reader = alphaReader(layout, transparency);
  if (!reader) return 'unknown';
  try {
    return (await hasEdited(layout, data, reader)) ? 'edits' : 'opaque';
  } catch {
    // The file is damaged: decoding it reports that.
    return 'unknown';
  }
};

/** A png's header, its tRNS chunk and its compressed rows. Source: PNG (W3C) 11.2.1. */
function dissected(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layout: PngLayout = {
    width: view.getUint32(16),
    height: view.getUint32(20),
    bitDepth: bytes[24] ?? 0,
    colourType: bytes[25] ?? 0,
    isInterlaced: bytes[28] === 1,
  };
  let transparency: Uint8Array | undefined;
  // In one piece: a file may have hundreds of thousands of chunks, and an object for each would be larger than they
  // are.
  const data = Buffer.alloc(bytes.length);
  let length = 0;
  walkPngChunks(bytes, (name, from, to) => {
    if (name === pngChunks.tRNS) transparency ??= bytes.subarray(from, to);
    if (name === pngChunks.IDAT) {
      data.set(bytes.subarray(from, to), length);
      length += Math.min(to, bytes.length) - from;
    }
    return name !== pngChunks.IEND;
  });
  return { layout, transparency, data: data.subarray(0, length) };
}

/** Whether there is a pixel to be edited: read up to the first. */
async function hasEdited(
  layout: PngLayout,
  data: Buffer,
  { firstByte, byteStep, alphaAt }: AlphaReader,
): Promise<boolean> {
  const inflate = createInflate({ chunkSize: 64 * 1024 });
  inflate.end(data);
  for await (const { row, pixels } of readRows(inflate, pngPasses(layout), layout, { firstByte, byteStep })) {
    for (let pixel = 0; pixel < pixels; pixel += 1) if (alphaAt(row, pixel) < minKeptAlpha) return true;
  }
  return false;
}
