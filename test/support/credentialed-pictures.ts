import { jpegFrame } from './image-bytes.ts';

// Pictures with a C2PA manifest store where each format has it. The store is one in form alone: a description, and bytes.

const be32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const le32 = (value: number): Buffer => Buffer.from(be32(value)).reverse();

const box = (type: string, data: Buffer): Buffer => Buffer.concat([be32(8 + data.length), Buffer.from(type), data]);

const storeType = Buffer.from('63327061001100108000' + '00aa00389b71', 'hex');

/** A JUMBF superbox with a description of this type and label, and so many bytes of content. */
export const superbox = (contentBytes = 500, type: Buffer = storeType, label = 'c2pa'): Buffer =>
  box(
    'jumb',
    Buffer.concat([
      box('jumd', Buffer.concat([type, Buffer.from([3]), Buffer.from(`${label}\0`)])),
      box('cbor', Buffer.alloc(contentBytes, 7)),
    ]),
  );

const pngChunk = (name: string, data: Buffer): Buffer =>
  Buffer.concat([be32(data.length), Buffer.from(name, 'latin1'), data, Buffer.alloc(4)]);

/** A png of this size with further chunks between its header and its pixels. */
export function pngWith(...chunks: readonly (readonly [name: string, data: Buffer])[]): Buffer {
  const header = Buffer.concat([be32(40), be32(30), Buffer.from([8, 2, 0, 0, 0])]);
  const all = [['IHDR', header], ...chunks, ['IDAT', Buffer.alloc(3000, 1)], ['IEND', Buffer.alloc(0)]] as const;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, ...all.map(([name, data]) => pngChunk(name, data))]);
}

/** The APP11 segments of a box, with so many bytes of its data in each. */
export function app11Segments(whole: Buffer, bytesEach: number, boxNumber = 1): readonly Buffer[] {
  const head = whole.subarray(0, 8);
  const parts = [];
  for (let at = 8, packet = 1; at < whole.length; at += bytesEach, packet += 1) {
    const data = whole.subarray(at, at + bytesEach);
    const content = Buffer.concat([Buffer.from('JP'), be32(boxNumber).subarray(2), be32(packet), head, data]);
    parts.push(jpegSegment(0xeb, content));
  }
  return parts;
}

export const jpegSegment = (marker: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker]), be32(content.length + 2).subarray(2), content]);

/** A jpeg with these segments before its frame. */
export const jpegWith = (...segments: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    ...segments,
    jpegFrame(40, 30),
    Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]),
    Buffer.alloc(2000, 1),
    Buffer.from([0xff, 0xd9]),
  ]);

const riffChunk = (name: string, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(name), le32(data.length), data, Buffer.alloc(data.length % 2)]);

/** A webp with further chunks behind its pixels. */
export function webpWith(...chunks: readonly (readonly [name: string, data: Buffer])[]): Buffer {
  const extended = Buffer.from([0, 0, 0, 0, 39, 0, 0, 29, 0, 0]);
  const pixels = Buffer.alloc(3001, 1);
  const all = [['VP8X', extended], ['VP8L', pixels], ...chunks] as const;
  const content = Buffer.concat([Buffer.from('WEBP'), ...all.map(([name, data]) => riffChunk(name, data))]);
  return Buffer.concat([Buffer.from('RIFF'), le32(content.length), content]);
}

/** A picture of each type, with a store. */
export const credentialed = {
  png: pngWith(['caBX', superbox()]),
  jpeg: jpegWith(...app11Segments(superbox(), 200)),
  webp: webpWith(['C2PA', superbox()]),
} as const;

/** The same pictures without. */
export const plain = { png: pngWith(), jpeg: jpegWith(), webp: webpWith() } as const;
