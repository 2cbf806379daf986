import { describe, expect, it } from 'vitest';
import { readOrientation } from '../../../lambda/domain/exif-orientation.ts';
import { readImageHeader } from '../../../lambda/domain/image-header.ts';
import fc from '../../support/seeded-fast-check.ts';

/** An EXIF block with one entry, its numbers in either byte order. */
function exif(orientation: number, options: { little?: boolean; tag?: number } = {}): Buffer {
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
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
}

/** The head of a jpeg of 2 by 1 pixels with these APP1 blocks. */
function jpegWith(...blocks: readonly Buffer[]): Buffer {
  const marked = blocks.map((block) =>
    Buffer.concat([Buffer.from([0xff, 0xe1, (block.length + 2) >> 8, (block.length + 2) & 0xff]), block]),
  );
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 1, 0, 2, 1, 1, 0x11, 0]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...marked, frame]);
}

describe(readOrientation, () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('reads orientation %i in either byte order', (orientation) => {
    expect(readOrientation(exif(orientation))).toBe(orientation);
    expect(readOrientation(exif(orientation, { little: true }))).toBe(orientation);
  });

  it('has none where the image is shown as it is stored, or where none is said', () => {
    for (const orientation of [0, 1, 9, 300]) expect(readOrientation(exif(orientation))).toBeUndefined();
    expect(readOrientation(exif(6, { tag: 0x0110 }))).toBeUndefined();
  });

  it('is read from the first EXIF block of a jpeg, among other blocks of the same marker', () => {
    const xmp = Buffer.from('http://ns.adobe.com/xap/1.0/\0<x/>');
    expect(readImageHeader(jpegWith(Buffer.alloc(0), xmp, exif(6), exif(3)))).toMatchObject({ orientation: 6 });
    expect(readImageHeader(jpegWith(xmp, exif(1), exif(3)))).not.toHaveProperty('orientation');
  });

  it('reads nothing out of a block that is cut off or lies', () => {
    for (let length = 0; length < 32; length += 1)
      expect(() => readOrientation(exif(6).subarray(0, length))).not.toThrow();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const block = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), bytes]);
        const orientation = readOrientation(block);
        expect(orientation === undefined || (orientation >= 2 && orientation <= 8)).toBe(true);
      }),
    );
  });
});
