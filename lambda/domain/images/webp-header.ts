import { readOrientation } from './exif-orientation.ts';
import type { HeaderReading } from './header-reading.ts';
import type { ImageFacts } from './image.ts';

const riff = 0x52494646;
const webp = 0x57454250;

/** Names of webp chunks, as numbers. */
export const webpChunks = {
  VP8X: 0x56503858,
  VP8L: 0x5650384c,
  'VP8 ': 0x56503820,
  EXIF: 0x45584946,
  ICCP: 0x49434350,
} as const;

/** What the header of the extended form says to come. A chunk that it doesn't announce is passed over by readers. */
export const webpFlags = { colourProfile: 0x20, alpha: 0x10, exif: 0x08, animation: 0x02 } as const;

/** The flags of the extended form; 0 for the simple ones, which have no metadata. */
export const webpFlagsOf = (bytes: Uint8Array): number =>
  bytes.length > 20 && nameAt(bytes, 12) === webpChunks.VP8X ? (bytes[20] ?? 0) : 0;

/** Finds the first chunk of a name in a webp; undefined where there is none. Makes no object for a chunk that it passes. */
export function findWebpChunk(bytes: Uint8Array, name: number): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (view.getUint32(at) === name) return bytes.subarray(at + 8, at + 8 + length);
    at += 8 + length + (length & 1);
  }
  return undefined;
}

/** Reads a webp's header; undefined where the bytes are no webp. Source: WebP container specification (RFC 9649) 2.5 to 2.7, 3.4. */
export function readWebpHeader(bytes: Uint8Array): HeaderReading | undefined {
  if (bytes.length < 30 || nameAt(bytes, 0) !== riff || nameAt(bytes, 8) !== webp) return undefined;
  const size = sizeOf(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (!size) return undefined;
  const flags = webpFlagsOf(bytes);
  // It usually follows the pixels: it isn't in a file's first bytes, and isn't waited for.
  const exif = (flags & webpFlags.exif) === 0 ? undefined : findWebpChunk(bytes, webpChunks.EXIF);
  const orientation = exif && readOrientation(exif);
  const facts: ImageFacts = {
    type: 'webp',
    ...size,
    ...(orientation === undefined ? {} : { orientation }),
    ...((flags & webpFlags.animation) === 0 ? {} : { notDrawn: 'animated' }),
  };
  return { facts, isCut: false };
}

function sizeOf(bytes: Uint8Array, view: DataView) {
  switch (nameAt(bytes, 12)) {
    case webpChunks.VP8X: {
      const width = 1 + (view.getUint32(24, true) & 0xffffff);
      const height = 1 + (view.getUint32(26, true) >>> 8);
      return { width, height, hasAlpha: (webpFlagsOf(bytes) & webpFlags.alpha) !== 0 };
    }
    case webpChunks.VP8L: {
      if (bytes[20] !== 0x2f) return undefined;
      const packed = view.getUint32(21, true);
      const [width, height] = [1 + (packed & 0x3fff), 1 + ((packed >>> 14) & 0x3fff)];
      return { width, height, hasAlpha: ((packed >>> 28) & 1) === 1 };
    }
    case webpChunks['VP8 ']: {
      const [width, height] = [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
      return { width, height, hasAlpha: false };
    }
    default:
      return undefined;
  }
}

function nameAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}
