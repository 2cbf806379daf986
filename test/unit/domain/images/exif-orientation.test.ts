import { describe, expect, it } from 'vitest';
import { readOrientation } from '../../../../lambda/domain/images/exif-orientation.ts';
import { exifBlock, exifTiff } from '../../../support/image-bytes.ts';
import fc from '../../../support/seeded-fast-check.ts';

describe(readOrientation, () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('reads orientation %i in either byte order', (orientation) => {
    expect(readOrientation(exifBlock(orientation))).toBe(orientation);
    expect(readOrientation(exifBlock(orientation, { little: true }))).toBe(orientation);
  });

  it('has none where the image is shown as it is stored, or where none is said', () => {
    for (const orientation of [0, 1, 9, 300]) expect(readOrientation(exifBlock(orientation))).toBeUndefined();
    expect(readOrientation(exifBlock(6, { tag: 0x0110 }))).toBeUndefined();
  });

  it('is read with the name that a jpeg gives to EXIF, and without it', () => {
    expect(readOrientation(exifTiff(6))).toBe(6);
    expect(readOrientation(exifTiff(8, { little: true }))).toBe(8);
  });

  it('is that of the picture, and not that of its thumbnail', () => {
    const [picture, thumbnail] = [exifTiff(6), exifTiff(3).subarray(8)];
    picture.writeUInt32BE(picture.length, 22);
    expect(readOrientation(Buffer.concat([picture, thumbnail]))).toBe(6);
    const silent = Buffer.from(exifTiff(6, { tag: 0x0110 }));
    silent.writeUInt32BE(silent.length, 22);
    expect(readOrientation(Buffer.concat([silent, thumbnail]))).toBeUndefined();
  });

  it('reads nothing out of a block that is cut off or lies', () => {
    for (let length = 0; length < 32; length += 1)
      expect(() => readOrientation(exifBlock(6).subarray(0, length))).not.toThrow();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const block = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), bytes]);
        const orientation = readOrientation(block);
        expect(orientation === undefined || (orientation >= 2 && orientation <= 8)).toBe(true);
      }),
    );
  });
});
