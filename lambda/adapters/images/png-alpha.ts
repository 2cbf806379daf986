import { bitsPerPixel, isLegalLayout, type PngLayout, type WantedBytes } from './png-rows.ts';

/** Which bytes of a row say how transparent its pixels are, and the alpha of one of them, of 255. */
export interface AlphaReader extends WantedBytes {
  alphaAt(row: Uint8Array, pixel: number): number;
}

const palette = 3;

/**
 * Where a PNG stores its transparency; undefined where it has none, or is no readable PNG. Source: PNG (W3C) 11.2.1,
 * 11.3.1.1.
 */
export function alphaReader(layout: PngLayout, transparency: Uint8Array | undefined): AlphaReader | undefined {
  if (!isLegalLayout(layout)) return undefined;
  if ((layout.colourType & 4) !== 0) return byChannel(layout);
  if (transparency === undefined) return undefined;
  if (layout.colourType === palette) return byPalette(layout, transparency);
  return transparency.length < bytesOfColour(layout) ? undefined : byColour(layout, transparency);
}

/** The last channel. Of 16 bits the upper 8 count, as for a decoder to 8. */
function byChannel(layout: PngLayout): AlphaReader {
  const byteStep = bitsPerPixel(layout) >> 3;
  const firstByte = byteStep - (layout.bitDepth >> 3);
  return { firstByte, byteStep, alphaAt: (row, pixel) => row[pixel * byteStep + firstByte] as number };
}

/** An alpha for each colour of the palette; those without are opaque. */
function byPalette({ bitDepth }: PngLayout, alphas: Uint8Array): AlphaReader {
  return {
    firstByte: 0,
    byteStep: 1,
    alphaAt: (row, pixel) => alphas[sampleAt(row, pixel, bitDepth)] ?? 255,
  };
}

const bytesOfColour = ({ colourType }: PngLayout): number => (colourType === 0 ? 2 : 6);

/** One colour that is transparent, each of its channels in two bytes. */
function byColour({ bitDepth, colourType }: PngLayout, colour: Uint8Array): AlphaReader {
  const channels = colourType === 0 ? 1 : 3;
  const view = new DataView(colour.buffer, colour.byteOffset, colour.byteLength);
  const wanted = Array.from({ length: channels }, (_, channel) => view.getUint16(channel * 2));
  const isThatColour = (row: Uint8Array, pixel: number): boolean => {
    for (let channel = 0; channel < channels; channel += 1) {
      if (sampleAt(row, pixel * channels + channel, bitDepth) !== wanted[channel]) return false;
    }
    return true;
  };
  return { firstByte: 0, byteStep: 1, alphaAt: (row, pixel) => (isThatColour(row, pixel) ? 0 : 255) };
}

/** A sample of 1, 2, 4, 8 or 16 bits. Source: PNG (W3C) 7.2. */
function sampleAt(row: Uint8Array, index: number, bitDepth: number): number {
  if (bitDepth === 8) return row[index] as number;
  if (bitDepth === 16) return ((row[index * 2] as number) << 8) | (row[index * 2 + 1] as number);
  const bit = index * bitDepth;
  return ((row[bit >> 3] as number) >> (8 - bitDepth - (bit & 7))) & ((1 << bitDepth) - 1);
}
