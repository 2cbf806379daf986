import { randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { limits } from '../lambda/contract/limits.ts';
import { fileOf } from '../test/support/sample-files.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture to be sent. */
export interface Picture extends Size {
  /**
   * A jpeg is of noise, as rough as a direct body holds; a png is flat, so that it may be of any shape. What is large is of
   * noise that can't be compressed, and has to be uploaded.
   */
  readonly kind: 'jpeg' | 'turned progressive jpeg' | 'png' | 'large png' | 'large turned progressive jpeg';
}

/** What a direct body holds besides the rest of a form. */
export const maxDirectBytes = 4_100_000;

/** Most bytes of a picture's file. */
export const maxBytesOf = ({ kind }: Picture): number => (kind.startsWith('large') ? limits.fileBytes : maxDirectBytes);

const made = new Map<string, Promise<Buffer>>();

/** A picture's file. Each is drawn once. */
export async function fileOfPicture(picture: Picture): Promise<File> {
  const name = JSON.stringify(picture);
  const drawn = made.get(name) ?? drawers[picture.kind](picture);
  made.set(name, drawn);
  const type = picture.kind.endsWith('png') ? 'png' : 'jpeg';
  return fileOf(await drawn, `picture.${type}`, `image/${type}`);
}

/** A mask that leaves nothing as it was, in a format that models take as png alone. */
export async function webpMask({ width, height }: Size): Promise<File> {
  const clear = { r: 0, g: 0, b: 0, alpha: 0 };
  const bytes = await sharp({ create: { width, height, channels: 4, background: clear } })
    .webp({ lossless: true, effort: 0 })
    .toBuffer();
  return fileOf(bytes, 'mask.webp', 'image/webp');
}

const drawers: Readonly<Record<Picture['kind'], (size: Size) => Promise<Buffer>>> = {
  jpeg: (size) => noiseJpeg(size),
  'turned progressive jpeg': (size) => noiseJpeg(size, { progressive: true, orientation: 6 }),
  png: async (size) => blackPng(size),
  'large png': async (size) => noisePng(size),
  'large turned progressive jpeg': (size) =>
    sharp(randomBytes(size.width * size.height * 3), { raw: { ...size, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 97, progressive: true, chromaSubsampling: '4:4:4' })
      .toBuffer(),
};

/** Noise, of any EXIF orientation. It repeats after a megabyte, at no multiple of a row, so that no jpeg gets smaller by it. */
async function noiseJpeg(size: Size, { progressive = false, orientation = 1 } = {}): Promise<Buffer> {
  const noise = randomBytes(1_000_003).map((byte) => 64 + (byte >> 1));
  const pixels = Buffer.alloc(size.width * size.height * 3, noise);
  for (let quality = 60; quality > 0; quality -= 10) {
    const picture = sharp(pixels, { raw: { ...size, channels: 3 } });
    const turned = orientation === 1 ? picture : picture.withMetadata({ orientation });
    const bytes = await turned.jpeg({ quality, progressive }).toBuffer();
    if (bytes.length < maxDirectBytes) return bytes;
  }
  throw new RangeError(`Noise of ${size.width}x${size.height} is too large at any quality.`);
}

/** Black, at eight bits a pixel. */
const blackPng = (size: Size): Buffer => pngOf(size, 0, deflateSync(Buffer.alloc((size.width + 1) * size.height)));

/** True colour, each row behind the number of a filter, 0 for none. Nothing is compressed. */
function noisePng(size: Size): Buffer {
  const rowBytes = 1 + size.width * 3;
  const rows = randomBytes(rowBytes * size.height);
  for (let at = 0; at < rows.length; at += rowBytes) rows[at] = 0;
  return pngOf(size, 2, deflateSync(rows, { level: 0 }));
}

/** The usual libraries draw no sides of millions of pixels. Source: PNG (W3C) 5.3, 11.2. */
function pngOf({ width, height }: Size, colourType: number, rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourType], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(name: string, body: Buffer): Buffer {
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  length.writeUInt32BE(body.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
