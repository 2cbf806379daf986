import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../../lambda/adapters/pixels/decode.ts';
import { stripMetadata } from '../../../../lambda/adapters/pixels/strip-metadata.ts';
import type { ImageType } from '../../../../lambda/domain/images/image.ts';
import { jpegSegment, pngChunk, pngOf } from '../../../support/image-bytes.ts';
import { keyedPng, palettePng } from '../../../support/odd-pngs.ts';
import { gradient } from '../../../support/pictures.ts';

const size = { width: 40, height: 30 };
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
const picture = async (type: ImageType): Promise<Buffer> =>
  sharp(await gradient(size))
    [type]()
    .toBuffer();

const insert = (file: Buffer, at: number, ...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([file.subarray(0, at), ...parts, file.subarray(at)]);
const [afterHeader, afterSignature] = [33, 2];
const twoMiB = Buffer.alloc(2 * 1024 * 1024, 65);

describe('stripMetadata', () => {
  it.each(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'iCCP', 'prVt'])(
    'lets a png be decoded with 2 MiB of %s before its pixels, to the same pixels',
    async (name) => {
      const plain = await picture('png');
      const padded = insert(plain, afterHeader, pngChunk(name, twoMiB));
      expect(await decode('png', owned(padded))).toEqual(await decode('png', owned(plain)));
    },
  );

  it('lets a png be decoded with several such chunks, damaged and repeated ones, before and between its pixels', async () => {
    const plain = await picture('png');
    const chunks = [pngChunk('tEXt', twoMiB), pngChunk('gAMA'), pngChunk('gAMA'), pngChunk('prVt', twoMiB)];
    const padded = insert(insert(plain, plain.length - 12, ...chunks), afterHeader, ...chunks);
    expect(await decode('png', owned(padded))).toEqual(await decode('png', owned(plain)));
  });

  it('keeps what decides the pixels of a png: the palette, and its transparency', async () => {
    const alphas = Uint8Array.from({ length: size.width * size.height }, (_, at) => (at % 3 === 0 ? 0 : 255));
    for (const plain of [palettePng(size, alphas, 8), keyedPng(size, alphas, 2, 8)]) {
      const { data } = await decode('png', owned(insert(plain, afterHeader, pngChunk('tEXt', twoMiB))));
      expect(data.filter((_, at) => at % 4 === 3)).toEqual(alphas);
    }
  });

  it('leaves the other bytes of a png as they are, damage included', () => {
    const [text, rows] = [pngChunk('tEXt', Buffer.alloc(20)), pngChunk('IDAT', Buffer.alloc(30, 1))];
    const end = pngChunk('IEND');
    const strip = (bytes: Buffer) => Buffer.from(stripMetadata.png(owned(bytes)));
    expect(strip(pngOf(2, text, rows, text, end, text))).toEqual(pngOf(2, rows, end, text));
    expect(strip(pngOf(2, text, rows.subarray(0, 25)))).toEqual(pngOf(2, rows.subarray(0, 25)));
    expect(strip(pngOf(2, rows, text.subarray(0, 25)))).toEqual(pngOf(2, rows));
    expect(strip(pngOf(2, text, Buffer.alloc(40, 7), text))).toEqual(pngOf(2, Buffer.alloc(40, 7), text));
  });

  it('takes the metadata of a jpeg away before its scan, and what decides its colours not', async () => {
    const plain = await picture('jpeg');
    const segments = Array.from({ length: 3 }, (_, at) => jpegSegment(0xe1, Buffer.alloc(at * 30_000, 1)));
    const adobe = jpegSegment(0xee, Buffer.from('Adobe\0\x64\0\0\0\0\x01', 'latin1'));
    const padded = insert(plain, afterSignature, ...segments, adobe, ...segments);
    const stripped = stripMetadata.jpeg(owned(padded));
    expect(Buffer.from(stripped)).toEqual(insert(plain, afterSignature, adobe));
    expect(await decode('jpeg', owned(padded))).toEqual(await decode('jpeg', owned(plain)));
  });

  it('lets a webp be decoded with 2 MiB in a chunk before its pixels', async () => {
    const plain = await picture('webp');
    const frame = plain.subarray(12);
    const head = Buffer.from('VP8X\x0a\0\0\0\x0c\0\0\0\0\0\0\0\0\0', 'latin1');
    head.writeUIntLE(size.width - 1, 12, 3);
    head.writeUIntLE(size.height - 1, 15, 3);
    const chunk = Buffer.concat([Buffer.from('ZZZZ\0\0\x20\0', 'latin1'), twoMiB]);
    const padded = Buffer.concat([plain.subarray(0, 12), head, chunk, frame]);
    padded.writeUInt32LE(padded.length - 8, 4);
    expect(await decode('webp', owned(padded))).toEqual(await decode('webp', owned(plain)));
  });

  it('holds no second file: takes the buffer over, or gives it back where there is nothing to remove', async () => {
    const plain = stripMetadata.png(owned(await picture('png')));
    expect(stripMetadata.png(plain)).toBe(plain);
    const padded = owned(insert(Buffer.from(plain), afterHeader, pngChunk('tEXt', twoMiB)));
    expect(stripMetadata.png(padded)).toEqual(plain);
    expect(padded.buffer.detached).toBe(true);
  });
});
