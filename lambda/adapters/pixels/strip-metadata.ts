import type { ImageType } from '../../domain/images/image.ts';
import { walkJpegSegments } from '../../domain/images/jpeg-header.ts';
import { pngChunks, walkPngChunks } from '../../domain/images/png-header.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Removes what a decoder doesn't need and may fail by, however large or numerous: of a png all ancillary chunks but tRNS, since its
 * decoder takes none of more than 1 MiB and rejects a file for a damaged one; of a jpeg its APP1 segments (EXIF, XMP), since its
 * decoder keeps them in a list, in time that grows with the square of their number. What follows damage stays as it is.
 *
 * The bytes must fill their buffer, which is rearranged, and detached if the result is shorter: no second file is held.
 */
export const stripMetadata: Readonly<Record<ImageType, (bytes: Bytes) => Bytes>> = {
  png: (bytes) =>
    without(bytes, (remove) => {
      walkPngChunks(bytes, (name, from, to) => {
        if (isAncillary(name) && name !== pngChunks.tRNS) remove(from - chunkHeadBytes, to + checksumBytes);
        return name !== pngChunks.IEND;
      });
    }),
  jpeg: (bytes) =>
    without(bytes, (remove) => {
      walkJpegSegments(bytes, (marker, from, to) => {
        if (marker === app1) remove(from - segmentHeadBytes, to);
      });
    }),
  // Its decoder passes over chunks that it doesn't know.
  webp: (bytes) => bytes,
};

const [chunkHeadBytes, checksumBytes] = [8, 4];
const [app1, segmentHeadBytes] = [0xe1, 4];

/** The case of a name's first letter tells. Source: PNG (W3C) 5.4. */
const isAncillary = (name: number): boolean => (name & 0x20000000) !== 0;

/** `walk` names the parts to remove, from first to last; it may read what lies behind the part that it has named last. */
function without(bytes: Bytes, walk: (remove: (from: number, to: number) => void) => void): Bytes {
  let [kept, read] = [0, 0];
  const keepUpTo = (end: number) => {
    if (kept < read) bytes.copyWithin(kept, read, end);
    kept += end - read;
  };
  walk((from, to) => {
    keepUpTo(from);
    read = Math.min(to, bytes.length);
  });
  keepUpTo(bytes.length);
  return kept === bytes.length ? bytes : new Uint8Array(bytes.buffer.transfer(kept));
}
