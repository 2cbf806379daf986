import { describe, expect, it } from 'vitest';
import { readImageHeader, readLeadingBytes } from '../../../../lambda/domain/images/image-header.ts';
import {
  exifBlock,
  exifTiff,
  jpegFrame,
  jpegOf,
  jpegSegment,
  losslessHead,
  pngChunk,
  pngOf,
  webpOf,
} from '../../../support/image-bytes.ts';
import fc from '../../../support/seeded-fast-check.ts';

const pixels = pngChunk('IDAT', Buffer.alloc(40));
const app1 = (body: Uint8Array) => jpegSegment(0xe1, body);
const exifFlag = 0x08;
const lossy = ['VP8 ', Buffer.alloc(31)] as const;

describe('the orientation that a header tells', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('is %i in a jpeg, a png and a webp alike', (orientation) => {
    expect(readImageHeader(jpegOf(app1(exifBlock(orientation)), jpegFrame(9, 8)))).toMatchObject({ orientation });
    expect(readImageHeader(pngOf(2, pngChunk('eXIf', exifTiff(orientation)), pixels))).toMatchObject({ orientation });
    expect(readImageHeader(webpOf(exifFlag, lossy, ['EXIF', exifTiff(orientation)]))).toMatchObject({ orientation });
  });

  it.each([0, 1, 9, 300])('is none where %i stands there', (orientation) => {
    for (const file of [
      jpegOf(app1(exifBlock(orientation)), jpegFrame(9, 8)),
      pngOf(2, pngChunk('eXIf', exifTiff(orientation)), pixels),
      webpOf(exifFlag, lossy, ['EXIF', exifTiff(orientation)]),
    ]) {
      const facts = readImageHeader(file);
      expect(facts).toBeDefined();
      expect(facts).not.toHaveProperty('orientation');
    }
  });

  it('is that of the first block, among others of the same marker', () => {
    const xmp = app1(Buffer.from('http://ns.adobe.com/xap/1.0/\0<x/>'));
    const of = (...blocks: readonly Buffer[]) => readImageHeader(jpegOf(...blocks, jpegFrame(9, 8)));
    expect(of(app1(Buffer.alloc(0)), xmp, app1(exifBlock(6)), app1(exifBlock(3)))).toMatchObject({ orientation: 6 });
    expect(of(xmp, app1(exifBlock(1)), app1(exifBlock(3)))).not.toHaveProperty('orientation');
  });

  it('is that of the first of several eXIf chunks, and none behind the pixels of a png', () => {
    const [six, three] = [pngChunk('eXIf', exifTiff(6)), pngChunk('eXIf', exifTiff(3))];
    expect(readImageHeader(pngOf(2, six, three, pixels))).toMatchObject({ orientation: 6 });
    expect(readImageHeader(pngOf(2, pixels, six))).not.toHaveProperty('orientation');
  });

  it('is found in a webp before and behind its pixels, with and without the name, where the header announces it', () => {
    const exif = ['EXIF', exifTiff(6)] as const;
    for (const chunks of [
      [exif, lossy],
      [lossy, exif],
      [lossy, ['EXIF', exifBlock(6)]],
    ] as const) {
      expect(readImageHeader(webpOf(exifFlag, ...chunks))).toMatchObject({ orientation: 6, width: 640, height: 480 });
    }
    expect(readImageHeader(webpOf(exifFlag, lossy, exif, ['EXIF', exifTiff(3)]))).toMatchObject({ orientation: 6 });
    expect(readImageHeader(webpOf(0, lossy, exif))).not.toHaveProperty('orientation');
    expect(readImageHeader(losslessHead(9, 8))).not.toHaveProperty('orientation');
  });
});

describe('what a header says against being redrawn', () => {
  const frames = pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));
  const frame = (marker: number, bits: number, components: number) => {
    const made = Buffer.from(jpegFrame(9, 8));
    made[1] = marker;
    made[4] = bits;
    made[9] = components;
    return jpegOf(made);
  };

  it('is that it is animated, of a webp and of a png', () => {
    expect(readImageHeader(webpOf(0x02))).toMatchObject({ notDrawn: 'animated' });
    expect(readImageHeader(pngOf(6, frames, pixels))).toMatchObject({ notDrawn: 'animated' });
    const one = pngChunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]));
    for (const still of [pngOf(6, one, pixels), pngOf(6, pixels, frames), webpOf(0x10)]) {
      expect(readImageHeader(still)).not.toHaveProperty('notDrawn');
    }
  });

  it('is that a jpeg is in CMYK, or of a rare kind', () => {
    expect(readImageHeader(frame(0xc0, 8, 4))).toMatchObject({ notDrawn: 'cmyk' });
    expect(readImageHeader(frame(0xc2, 8, 4))).toMatchObject({ notDrawn: 'cmyk' });
    for (const rare of [frame(0xc1, 12, 3), frame(0xc3, 8, 3), frame(0xc9, 8, 3), frame(0xca, 8, 3)]) {
      expect(readImageHeader(rare)).toMatchObject({ notDrawn: 'rare_jpeg' });
    }
    for (const common of [frame(0xc0, 8, 3), frame(0xc1, 8, 3), frame(0xc2, 8, 1)]) {
      expect(readImageHeader(common)).not.toHaveProperty('notDrawn');
    }
  });
});

describe(readLeadingBytes, () => {
  const files = {
    png: pngOf(3, pngChunk('tEXt', Buffer.alloc(300)), pngChunk('tRNS', Buffer.alloc(3)), pixels),
    jpeg: jpegOf(jpegSegment(0xeb, Buffer.alloc(300)), jpegFrame(9, 8)),
    webp: webpOf(0x10, ['ICCP', Buffer.alloc(300)], lossy),
  };

  it.each(Object.entries(files))('never takes a %s that is cut off for another image than the whole is', (_, file) => {
    const whole = readLeadingBytes(file);
    expect(whole).toMatchObject({ facts: expect.anything(), isCut: false });
    for (let length = 33; length < file.length; length += 1) {
      const part = readLeadingBytes(file.subarray(0, length));
      if (!part.isCut) expect(part).toEqual(whole);
    }
  });

  it('reads something out of any bytes, and ends', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(files)),
        fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), { maxLength: 12 }),
        (file, changes) => {
          const bytes = Buffer.from(file);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          expect(() => readLeadingBytes(bytes)).not.toThrow();
        },
      ),
    );
  });
});
