import type { ByteScan } from '../bytes/byte-scan.ts';
import type { ImageType } from './image.ts';
import { JumbfStores, segmentHeadBytes } from './jumbf-stores.ts';

// Where each format carries a C2PA manifest store. Sources: C2PA Technical Specification (spec.c2pa.org), "Embedding manifests into
// various file formats": a `caBX` chunk of a png, JUMBF in APP11 segments of a jpeg, a `C2PA` chunk of a RIFF file. That it is whole
// is all that is checked; its signature is not verified.

/**
 * Whether an image carries a C2PA manifest store, as a scan of all its bytes. What is malformed, or cut off before the store's end,
 * carries none. Throws nothing, whatever the bytes are.
 */
export const contentCredentials = (type: ImageType): ByteScan => scans[type]();

const scans = { png, jpeg, webp } as const satisfies Record<ImageType, () => ByteScan>;

/** Chunks of a length, a name, data and a checksum (PNG, W3C, 5.3), up to the last one. */
function* png(): ByteScan {
  yield { skip: 8 };
  for (;;) {
    const head = yield { read: 8 };
    const length = numberAt(head, 0);
    const name = textAt(head, 4);
    if (name === 'IEND') return false;
    yield { skip: length + 4 };
    if (name === 'caBX' && length > 0) return true;
  }
}

/** Chunks of a name, a length in little-endian and data of an even length (RFC 9649, 2.3), up to the file's own length. */
function* webp(): ByteScan {
  const file = yield { read: 12 };
  for (let left = littleNumberAt(file, 4) - 4; left >= 8; ) {
    const head = yield { read: 8 };
    const length = littleNumberAt(head, 4);
    left -= 8 + length;
    if (left < 0) return false;
    yield { skip: length };
    if (textAt(head, 0) === 'C2PA' && length > 0) return true;
    const padding = Math.min(length % 2, left);
    left -= padding;
    yield { skip: padding };
  }
  return false;
}

const markers = { start: 0xff, app11: 0xeb, endOfImage: 0xd9, startOfScan: 0xda } as const;

/** Segments of a marker and a length (ITU-T T.81, B.1), up to the pixels: a store comes before them. */
function* jpeg(): ByteScan {
  yield { skip: 2 };
  const stores = new JumbfStores();
  for (;;) {
    const [first] = yield { read: 1 };
    if (first !== markers.start) return false;
    let marker: number = markers.start;
    // Fill bytes may stand before a marker.
    while (marker === markers.start) [marker = 0] = yield { read: 1 };
    if (marker === markers.startOfScan || marker === markers.endOfImage || marker === 0) return false;
    const [high = 0, low = 0] = yield { read: 2 };
    const length = high * 256 + low - 2;
    if (length < 0) return false;
    const head = yield { read: marker === markers.app11 ? Math.min(length, segmentHeadBytes) : 0 };
    yield { skip: length - head.length };
    if (marker === markers.app11 && stores.take(head, length)) return true;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const numberAt = (bytes: Uint8Array, at: number): number => viewOf(bytes).getUint32(at);
const littleNumberAt = (bytes: Uint8Array, at: number): number => viewOf(bytes).getUint32(at, true);
const textAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
