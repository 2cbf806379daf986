import { isExif, readOrientation } from './exif-orientation.ts';
import type { ImageFacts } from './image.ts';

/** Enough leading bytes for `readImageHeader` in practice: a JPEG's metadata blocks come before its size. */
export const imageHeaderBytes = 256 * 1024;

/**
 * Reads type, size and transparency from the first bytes of a png, jpeg or webp, or gives undefined for anything else.
 * Never decodes pixels, so a decompression bomb costs nothing here.
 * Sources: PNG (W3C) 11.2.2, JPEG ITU-T T.81 annex B and, for its orientation, CIPA DC-008 (EXIF) 4.5 and 4.6.4, WebP container specification (RFC 9649).
 */
export function readImageHeader(bytes: Uint8Array): ImageFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const facts = readPng(bytes, view) ?? readJpeg(bytes, view) ?? readWebp(bytes, view);
  return facts && facts.width > 0 && facts.height > 0 ? facts : undefined;
}

const text = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)));

function readPng(bytes: Uint8Array, view: DataView): ImageFacts | undefined {
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  if (bytes.length < 33 || signature.some((byte, at) => bytes[at] !== byte)) return undefined;
  if (text(bytes, 12, 16) !== 'IHDR') return undefined;
  const colourType = bytes[25] ?? 0;
  const hasAlphaChannel = (colourType & 4) !== 0;
  return {
    type: 'png',
    width: view.getUint32(16),
    height: view.getUint32(20),
    hasAlpha: hasAlphaChannel || hasTransparencyChunk(bytes, view),
  };
}

/** As numbers, since a file may have hundreds of thousands of empty chunks. */
const chunkNames = { tRNS: 0x74524e53, IDAT: 0x49444154 } as const;

/** A palette or truecolour PNG may be transparent by a tRNS chunk, which must come before the pixels. */
function hasTransparencyChunk(bytes: Uint8Array, view: DataView): boolean {
  for (let at = 33; at + 8 <= bytes.length; ) {
    const name = view.getUint32(at + 4);
    if (name === chunkNames.tRNS) return true;
    if (name === chunkNames.IDAT) return false;
    at += 12 + view.getUint32(at);
  }
  return false;
}

/** A file of more than one frame is read by nobody, and says more than one size: it is no image. */
function readJpeg(bytes: Uint8Array, view: DataView): ImageFacts | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  let exif: Uint8Array | undefined;
  let facts: ImageFacts | undefined;
  for (let at = 2; at + 9 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    const length = view.getUint16(at + 2);
    if (bytes[at] !== 0xff || marker === startOfScan) return facts;
    if (marker === 0xff) {
      at += 1; // a fill byte before the marker
      continue;
    }
    if (length < 2) return facts;
    if (isStartOfFrame(marker)) {
      if (facts) return undefined;
      const orientation = exif && readOrientation(exif);
      const size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
      facts = { type: 'jpeg', ...size, hasAlpha: false, ...(orientation === undefined ? {} : { orientation }) };
    } else if (marker === 0xe1 && exif === undefined && isExif(view, at + 4)) {
      // The first counts. A file may have a million blocks, so there is no object for each.
      exif = bytes.subarray(at + 4, at + 2 + length);
    }
    at += 2 + length;
  }
  return facts;
}

const startOfScan = 0xda;

/** SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share their range. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readWebp(bytes: Uint8Array, view: DataView): ImageFacts | undefined {
  if (bytes.length < 30 || text(bytes, 0, 4) !== 'RIFF' || text(bytes, 8, 12) !== 'WEBP') return undefined;
  const chunk = text(bytes, 12, 16);
  if (chunk === 'VP8X') {
    const width = 1 + (view.getUint32(24, true) & 0xffffff);
    const height = 1 + (view.getUint32(26, true) >>> 8);
    return { type: 'webp', width, height, hasAlpha: ((bytes[20] ?? 0) & 0x10) !== 0 };
  }
  if (chunk === 'VP8L' && bytes[20] === 0x2f) {
    const packed = view.getUint32(21, true);
    return {
      type: 'webp',
      width: 1 + (packed & 0x3fff),
      height: 1 + ((packed >>> 14) & 0x3fff),
      hasAlpha: ((packed >>> 28) & 1) === 1,
    };
  }
  if (chunk === 'VP8 ') {
    const width = view.getUint16(26, true) & 0x3fff;
    const height = view.getUint16(28, true) & 0x3fff;
    return { type: 'webp', width, height, hasAlpha: false };
  }
  return undefined;
}
