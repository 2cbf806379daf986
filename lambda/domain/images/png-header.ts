import { readOrientation } from './exif-orientation.ts';
import type { HeaderReading } from './header-reading.ts';
import type { ImageFacts } from './image.ts';

/** Names of png chunks as numbers, since a file may have hundreds of thousands of empty ones. */
export const pngChunks = {
  IHDR: 0x49484452,
  IDAT: 0x49444154,
  IEND: 0x49454e44,
  tRNS: 0x74524e53,
  acTL: 0x6163544c,
  eXIf: 0x65584966,
  cICP: 0x63494350,
  iCCP: 0x69434350,
  sRGB: 0x73524742,
  gAMA: 0x67414d41,
  cHRM: 0x6348524d,
} as const;

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether four bytes are in the range of letters, of which a chunk's name is made. */
export const isChunkName = (name: number): boolean => (name & 0xc0c0c0c0) === 0x40404040;

/**
 * Goes through a png's chunks: `visit` gets each one's name and where its body lies, which may be past the bytes that there
 * are, and may end it with `false`. Makes no object for a chunk. Tells whether
 * the bytes ended before it did. Source: PNG (W3C) 5.3.
 */
export function walkPngChunks(
  bytes: Uint8Array,
  visit: (name: number, from: number, to: number) => boolean,
): { readonly isCut: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = signature.length; at + 8 <= bytes.length; ) {
    const [length, name] = [view.getUint32(at), view.getUint32(at + 4)];
    if (!isChunkName(name) || !visit(name, at + 8, at + 8 + length)) return { isCut: false };
    at += 12 + length;
  }
  return { isCut: true };
}

/** Reads a png's header; undefined where the bytes are no png. Source: PNG (W3C) 11.2.1, 11.3.1.1, 11.3.4.6. */
export function readPngHeader(bytes: Uint8Array): HeaderReading | undefined {
  if (bytes.length < 33 || signature.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(12) !== pngChunks.IHDR) return undefined;
  let [hasAlpha, isAnimated] = [((bytes[25] ?? 0) & 4) !== 0, false];
  let exif: Uint8Array | undefined;
  // All of these stand before the pixels. Behind them browsers heed no orientation (github.com/w3c/png/issues/146).
  const { isCut } = walkPngChunks(bytes, (name, from, to) => {
    // A palette and true colour are transparent by a tRNS chunk.
    if (name === pngChunks.tRNS) hasAlpha = true;
    else if (name === pngChunks.acTL) isAnimated ||= from + 4 <= bytes.length && view.getUint32(from) > 1;
    // There may be one: readers that meet a second take the first.
    else if (name === pngChunks.eXIf) exif ??= bytes.subarray(from, to);
    return name !== pngChunks.IDAT;
  });
  const orientation = exif && readOrientation(exif);
  const facts: ImageFacts = {
    type: 'png',
    width: view.getUint32(16),
    height: view.getUint32(20),
    hasAlpha,
    ...(orientation === undefined ? {} : { orientation }),
    ...(isAnimated ? { notDrawn: 'animated' } : {}),
  };
  return { facts, isCut };
}
