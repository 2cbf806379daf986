/** A PNG's signature and header for an image of this size, followed by `length` bytes in all of no meaning. */
export function pngBytes(length: number, size = { width: 640, height: 480 }): Uint8Array {
  const bytes = new Uint8Array(Math.max(33, length)).map((_, at) => at % 251);
  const view = new DataView(bytes.buffer);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  bytes.set([0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52], 8);
  view.setUint32(16, size.width);
  view.setUint32(20, size.height);
  bytes.set([8, 2, 0, 0, 0, 0, 0, 0, 0], 24);
  return bytes;
}

/** A png's chunk, without a true checksum. */
export function pngChunk(name: string, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, body, Buffer.alloc(4)]);
}

/** A png's signature and header of that colour type, and these chunks. */
export function pngOf(colourType: number, ...chunks: readonly Buffer[]): Buffer {
  const head = Buffer.from(pngBytes(33));
  head[25] = colourType;
  return Buffer.concat([head, ...chunks]);
}

/** A jpeg's segment with that marker. */
export function jpegSegment(marker: number, body: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** A webp of the extended form, 640 by 480, with these flags and chunks. */
export function webpOf(flags: number, ...chunks: readonly (readonly [name: string, body: Uint8Array])[]): Buffer {
  const head = Buffer.from(extendedHead(640, 480)).subarray(0, 30);
  head.writeUInt32LE(10, 16);
  head[20] = flags;
  const parts = chunks.map(([name, body]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return Buffer.concat([Buffer.from(name, 'latin1'), length, body, Buffer.alloc(body.length & 1)]);
  });
  return Buffer.concat([head, ...parts]);
}

/** The TIFF structure of EXIF with one entry, the orientation, in either byte order. */
export function exifTiff(orientation: number, options: { little?: boolean; tag?: number } = {}): Buffer {
  const { little = false, tag = 0x0112 } = options;
  const tiff = Buffer.alloc(26);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  tiff.write(little ? 'II' : 'MM', 0, 'latin1');
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 1, little);
  view.setUint16(10, tag, little);
  view.setUint16(12, 3, little);
  view.setUint32(14, 1, little);
  view.setUint16(18, orientation, little);
  return tiff;
}

/** The same under EXIF's name, as a jpeg's APP1 segment has it. */
export const exifBlock = (...args: Parameters<typeof exifTiff>): Buffer =>
  Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifTiff(...args)]);

/** A jpeg's frame header (SOF0), of one component. */
export function jpegFrame(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return frame;
}

/** A jpeg of these frame headers and the beginning of a scan. */
export const jpegOf = (...frames: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8]), ...frames, Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2])]);

/** The first bytes of a webp with a VP8X chunk. */
export function extendedHead(width: number, height: number): Buffer {
  const head = webpHead('VP8X');
  head.writeUIntLE(width - 1, 24, 3);
  head.writeUIntLE(height - 1, 27, 3);
  return head;
}

/** The first bytes of a lossless webp. */
export function losslessHead(width: number, height: number): Buffer {
  const head = webpHead('VP8L');
  head[20] = 0x2f;
  head.writeUInt32LE((width - 1) | ((height - 1) << 14), 21);
  return head;
}

/** The first bytes of a lossy webp. */
export function lossyHead(width: number, height: number): Buffer {
  const head = webpHead('VP8 ');
  head.set([0x9d, 0x01, 0x2a], 23);
  head.writeUInt16LE(width, 26);
  head.writeUInt16LE(height, 28);
  return head;
}

function webpHead(chunk: string): Buffer {
  const head = Buffer.alloc(64);
  head.write(`RIFF    WEBP${chunk}`, 'latin1');
  return head;
}

/** Bytes as a stream of chunks of one length, as a connection would bring them. */
export async function* inChunks(bytes: Uint8Array, chunkBytes = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
}
