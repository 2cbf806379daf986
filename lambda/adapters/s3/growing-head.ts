import type { HeaderReading } from '../../domain/images/header-reading.ts';
import { readLeadingBytes } from '../../domain/images/image-header.ts';

/** Content sniffing: bytes that are always read. Nearly all headers end within them. */
const usualHeadBytes = 256 * 1024;
/**
 * Max bytes that are read where metadata come before the header's facts, as manifests with thumbnails do in a JPEG
 * (C2PA 2.2, A.3: JUMBF in APP11 segments).
 */
const maxHeadBytes = 8 * 1024 * 1024;

/** An image's first bytes, and what they say of it. */
export interface ImageHead {
  readonly head: Uint8Array;
  readonly facts: HeaderReading['facts'];
}

/**
 * Reads an image as far as its header goes. The usual head is always read in full, and twice as much each time that
 * metadata extend past it: a PNG's transparency can come after a colour profile, a JPEG's size after thumbnails. `more`
 * gives the bytes from `from` on: as many as are wanted, perhaps some more, fewer only where the image ends, and none
 * there. Throws what it throws.
 */
export async function readGrowingHead(
  more: (wanted: number, from: number) => Promise<readonly Uint8Array[]>,
): Promise<ImageHead> {
  let head: Uint8Array = new Uint8Array();
  let reading: HeaderReading = { facts: undefined, isCut: true };
  while (reading.isCut && head.length < maxHeadBytes) {
    const wanted = Math.min(Math.max(usualHeadBytes, head.length), maxHeadBytes - head.length);
    const pieces = await more(wanted, head.length);
    if (pieces.length === 0) break;
    head = Buffer.concat([head, ...pieces]);
    reading = readLeadingBytes(head);
  }
  return { head, facts: reading.facts };
}
