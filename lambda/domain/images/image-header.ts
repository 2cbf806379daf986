import type { HeaderReading } from './header-reading.ts';
import type { ImageFacts } from './image.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { readPngHeader } from './png-header.ts';
import { readWebpHeader } from './webp-header.ts';

/**
 * Content sniffing: reads a png, a jpeg or a webp as far as its first bytes go. Never decodes pixels, so a decompression bomb costs nothing
 * here.
 */
export function readLeadingBytes(bytes: Uint8Array): HeaderReading {
  const { facts, isCut } = readPngHeader(bytes) ??
    readJpegHeader(bytes) ??
    readWebpHeader(bytes) ?? { facts: undefined, isCut: false };
  return { facts: facts && facts.width > 0 && facts.height > 0 ? facts : undefined, isCut };
}

/** Reads type, size, transparency and orientation from the bytes of a png, jpeg or webp, or gives undefined for anything else. */
export const readImageHeader = (bytes: Uint8Array): ImageFacts | undefined => readLeadingBytes(bytes).facts;
