import { isExif, readOrientation } from './exif-orientation.ts';
import type { HeaderReading } from './header-reading.ts';
import type { ImageFacts } from './image.ts';

const startOfScan = 0xda;

/** SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share their range. */
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Baseline, extended and progressive, all by Huffman's code: the others are read by hardly any viewer. */
const isCommonFrame = (marker: number): boolean => marker <= 0xc2;

/**
 * Goes through the segments of a jpeg up to its first scan: `visit` gets each one's marker and where its body lies, which
 * may be past the bytes that there are. Makes no object for a segment, of which a file may have a million. Tells whether
 * the bytes ended before the scan began. Source: ITU-T T.81 B.1.1.
 */
export function walkJpegSegments(
  bytes: Uint8Array,
  visit: (marker: number, from: number, to: number) => void,
): { readonly isCut: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === startOfScan) return { isCut: false };
    if (marker === 0xff) {
      at += 1; // a fill byte before the marker
      continue;
    }
    const length = view.getUint16(at + 2);
    if (length < 2) return { isCut: false };
    visit(marker, at + 4, at + 2 + length);
    at += 2 + length;
  }
  return { isCut: true };
}

/**
 * Reads a jpeg's header; undefined where the bytes are no jpeg. A file of more than one frame is not readable, and says
 * more than one size: it is no image. Sources: ITU-T T.81 B.2.2 and, for its orientation, CIPA DC-008 (EXIF) 4.5.
 */
export function readJpegHeader(bytes: Uint8Array): HeaderReading | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let exif: Uint8Array | undefined;
  let [frames, frame, frameMarker] = [0, 0, 0];
  const { isCut } = walkJpegSegments(bytes, (marker, from, to) => {
    if (isStartOfFrame(marker) && from + 6 <= bytes.length) {
      frames += 1;
      [frame, frameMarker] = [from, marker];
    } else if (marker === 0xe1 && frames === 0 && exif === undefined && isExif(view, from)) {
      // The first counts: a thumbnail within it has one of its own, which is not that of the picture.
      exif = bytes.subarray(from, to);
    }
  });
  if (frames !== 1) return { facts: undefined, isCut: isCut && frames === 0 };
  const orientation = exif && readOrientation(exif);
  const notDrawn = notDrawnOf(frameMarker, bytes[frame], bytes[frame + 5]);
  const facts: ImageFacts = {
    type: 'jpeg',
    height: view.getUint16(frame + 1),
    width: view.getUint16(frame + 3),
    hasAlpha: false,
    ...(orientation === undefined ? {} : { orientation }),
    ...(notDrawn === undefined ? {} : { notDrawn }),
  };
  return { facts, isCut };
}

/** Four components are inks: cyan, magenta, yellow and black, or YCCK, which encodes them. */
function notDrawnOf(
  marker: number,
  bitsPerSample: number | undefined,
  components: number | undefined,
): ImageFacts['notDrawn'] {
  if (components === 4) return 'cmyk';
  return isCommonFrame(marker) && bitsPerSample === 8 ? undefined : 'rare_jpeg';
}
