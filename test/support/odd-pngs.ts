import { crc32, deflateSync } from 'node:zlib';
import type { Size } from './pictures.ts';

/** Pixels of these alphas, each of another colour than its neighbours. */
export function rgbaPixels(alphas: Uint8Array): Buffer {
  const data = Buffer.alloc(alphas.length * 4);
  for (const [at, alpha] of alphas.entries())
    data.set([(at * 7) & 255, (at * 3) & 255, (at * 11) & 255, alpha], at * 4);
  return data;
}

/** A png of 16 bits a channel, in grey (colour type 4) or true colour (6), of these alphas. The lower bytes are noise. */
export function wideAlphaPng(size: Size, alphas: Uint8Array, colourType: 4 | 6): Buffer {
  const channels = colourType === 4 ? 2 : 4;
  const samples = Array.from(alphas, (alpha, at) =>
    Array.from({ length: channels }, (_, channel) => (channel === channels - 1 ? alpha : at & 255) * 256 + (at & 255)),
  );
  return pngFile(size, { bitDepth: 16, colourType }, samples.flat());
}

/** A png with a palette, in which each alpha of the picture has a colour. Those of 255 come last and aren't listed in tRNS. */
export function palettePng(size: Size, alphas: Uint8Array, bitDepth: 1 | 2 | 8): Buffer {
  const listed = [...new Set(alphas)].toSorted((one, other) => one - other);
  const colours = listed.flatMap((_, at) => [at * 9, 255 - at, 40]);
  const transparent = listed.filter((alpha) => alpha < 255);
  const samples = Array.from(alphas, (alpha) => listed.indexOf(alpha));
  // A chunk that says nothing is as good as none, but readers know by it that there may be transparency.
  const transparency = transparent.length === 0 ? [255] : transparent;
  return pngFile(size, { bitDepth, colourType: 3 }, samples, [
    ['PLTE', colours],
    ['tRNS', transparency],
  ]);
}

/** A png in grey (colour type 0) or true colour (2) of which one colour is transparent: that of the pixels with an alpha of 0. */
export function keyedPng(size: Size, alphas: Uint8Array, colourType: 0 | 2, bitDepth: number): Buffer {
  const channels = colourType === 0 ? 1 : 3;
  const samples = Array.from(alphas, (alpha) => Array.from({ length: channels }, () => (alpha === 0 ? 1 : 0)));
  const key = Array.from({ length: channels }, () => [0, 1]);
  return pngFile(size, { bitDepth, colourType }, samples.flat(), [['tRNS', key.flat()]]);
}

type Chunk = readonly [name: string, body: readonly number[]];

/** A png of these samples, its rows unfiltered. Source: PNG (W3C) 5.3, 7.2, 11.2. */
function pngFile(
  { width, height }: Size,
  { bitDepth, colourType }: { bitDepth: number; colourType: number },
  samples: readonly number[],
  chunks: readonly Chunk[] = [],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType], 8);
  const samplesOfRow = samples.length / height;
  const rows = Array.from({ length: height }, (_, y) =>
    packed(samples.slice(y * samplesOfRow, (y + 1) * samplesOfRow), bitDepth),
  );
  const body = deflateSync(Buffer.concat(rows.flatMap((row) => [Buffer.from([0]), row])));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const others = chunks.map(([name, bytes]) => chunkOf(name, Buffer.from(bytes)));
  return Buffer.concat([signature, chunkOf('IHDR', header), ...others, chunkOf('IDAT', body), chunkOf('IEND')]);
}

function packed(samples: readonly number[], bitDepth: number): Buffer {
  const row = Buffer.alloc(Math.ceil((samples.length * bitDepth) / 8));
  for (const [at, sample] of samples.entries()) {
    if (bitDepth === 16) row.writeUInt16BE(sample, at * 2);
    else
      row[(at * bitDepth) >> 3] = (row[(at * bitDepth) >> 3] ?? 0) | (sample << (8 - bitDepth - ((at * bitDepth) & 7)));
  }
  return row;
}

function chunkOf(name: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  length.writeUInt32BE(body.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
