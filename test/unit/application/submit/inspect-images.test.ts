import { describe, expect, it } from 'vitest';
import {
  checkMask,
  type InspectedImage,
  inspectFile,
  inspectImage,
} from '../../../../lambda/application/submit/inspect-images.ts';
import { limits } from '../../../../lambda/contract/limits.ts';
import type { ImageFacts } from '../../../../lambda/domain/images/image.ts';
import {
  exifTiff,
  extendedHead,
  jpegFrame,
  jpegOf,
  losslessHead,
  lossyHead,
  pngBytes,
  pngChunk,
  pngOf,
} from '../../../support/image-bytes.ts';

const part = (bytes: Uint8Array, param = 'image[]') => ({ param, bytes });
const png = (width: number, height: number, colourType = 2): Uint8Array => {
  const bytes = pngBytes(100, { width, height });
  bytes[25] = colourType;
  return bytes;
};

/** Those headers that have room for longer sides than are taken. */
const imageHeads = {
  'a png': (width: number, height: number) => pngBytes(33, { width, height }),
  'a jpeg': (width: number, height: number) => jpegOf(jpegFrame(width, height)),
  'a webp of the extended form': extendedHead,
};

describe('inspectImage', () => {
  it('reads type, size and transparency from the bytes', () => {
    expect(inspectImage(part(png(30, 20, 6)))).toMatchObject({ type: 'png', width: 30, height: 20, hasAlpha: true });
  });

  it.each([['GIF89a'], ['<svg/>'], ['']])('refuses %j, and names the part', (text) => {
    expect(() => inspectImage(part(Buffer.from(text), 'images[1]'))).toThrow(
      expect.objectContaining({ code: 'invalid_image', param: 'images[1]' }),
    );
  });

  it('finds transparency behind hundreds of thousands of empty chunks, and none behind the pixels', () => {
    const chunk = (name: string) => Buffer.concat([Buffer.alloc(4), Buffer.from(name), Buffer.alloc(4)]);
    const empty = Buffer.concat(Array.from({ length: 300_000 }, () => chunk('tEXt')));
    const head = png(30, 20).subarray(0, 33);
    expect(inspectImage(part(Buffer.concat([head, empty, chunk('tRNS')])))).toMatchObject({ hasAlpha: true });
    const late = Buffer.concat([head, empty, chunk('IDAT'), chunk('tRNS')]);
    expect(inspectImage(part(late))).toMatchObject({ hasAlpha: false });
  });

  it('takes 64 million pixels and not one row more', () => {
    expect(inspectImage(part(png(8000, 8000)))).toMatchObject({ width: 8000 });
    expect(() => inspectImage(part(png(8000, 8001)))).toThrow(
      expect.objectContaining({
        code: 'invalid_image',
        message: 'The image in "image[]" has 8000x8001 pixels; the maximum is 64,000,000. Scale it down.',
      }),
    );
  });

  it.each(Object.entries(imageHeads))('takes %s with a side of 16,384 pixels and not one more', (_form, head) => {
    expect(inspectImage(part(head(limits.imageSide, 3)))).toMatchObject({ width: limits.imageSide, height: 3 });
    expect(inspectImage(part(head(3, limits.imageSide)))).toMatchObject({ width: 3, height: limits.imageSide });
    for (const [width, height] of [
      [limits.imageSide + 1, 1],
      [1, limits.imageSide + 1],
    ] as const) {
      expect(() => inspectImage(part(head(width, height), 'images[2]'))).toThrow(
        expect.objectContaining({
          code: 'invalid_image',
          param: 'images[2]',
          message: `The image in "images[2]" has ${width}x${height} pixels; the maximum is 16,384 a side. Scale it down.`,
        }),
      );
    }
  });

  it('takes the longest sides that the other forms of webp have room for', () => {
    expect(inspectImage(part(losslessHead(16_384, 16)))).toMatchObject({ width: 16_384, height: 16 });
    expect(inspectImage(part(lossyHead(16, 16_383)))).toMatchObject({ width: 16, height: 16_383 });
  });

  it('refuses a jpeg that says its height behind its pixels, or has a second frame', () => {
    const [small, large] = [jpegFrame(20, 30), jpegFrame(60_000, 60_000)];
    expect(inspectImage(part(jpegOf(small)))).toMatchObject({ width: 20, height: 30 });
    for (const frames of [[jpegFrame(20, 0)], [small, large], [large, small], [small, small]]) {
      expect(() => inspectImage(part(jpegOf(...frames)))).toThrow('is not a readable');
    }
  });
});

describe(inspectFile, () => {
  const named = { param: 'image', fileId: `file-${'a'.repeat(32)}` };
  const facts = { type: 'webp', width: 30, height: 20, hasAlpha: false } as const;

  it('keeps where the file is, and what names its bytes', () => {
    const inspected = inspectFile(named, { key: 'files/r2/a', object: { facts, bytes: 900, etag: '"1"' } });
    expect(inspected).toEqual({ ...facts, bytes: 900, source: { ...named, key: 'files/r2/a', etag: '"1"' } });
  });

  it.each([
    ['no image', undefined, 'is not a readable PNG'],
    ['too large', { ...facts, width: 20_000 }, 'has 20000x20 pixels'],
  ])('names a file that is %s', (_, read, message) => {
    const inspect = () => inspectFile(named, { key: 'files/r2/a', object: { facts: read, bytes: 900, etag: '"1"' } });
    expect(inspect).toThrow(expect.objectContaining({ code: 'invalid_image', param: 'image' }));
    expect(inspect).toThrow(`The file ${named.fileId} in "image" ${message}`);
  });
});

/** A mask from its bytes, checked against an image. */
function maskOf(bytes: Uint8Array, image: ImageFacts & Pick<InspectedImage, 'isAssumed'>): InspectedImage {
  const mask = inspectImage(part(bytes, 'mask'));
  checkMask(mask, { ...image, bytes: 9, source: part(bytes, 'image') });
  return mask;
}

describe(checkMask, () => {
  it('bounds its sides before anything else', () => {
    const image = { type: 'png', width: 20_000, height: 1, hasAlpha: false } as const;
    expect(() => maskOf(png(20_000, 1, 6), image)).toThrow(
      expect.objectContaining({ code: 'invalid_image', param: 'mask', message: expect.stringContaining('16,384') }),
    );
  });

  const image = { type: 'png', width: 30, height: 20, hasAlpha: false } as const;

  it('takes one as large as the image that can be transparent', () => {
    expect(maskOf(png(30, 20, 6), image)).toMatchObject({ hasAlpha: true });
  });

  it('takes one as large as a turned image is shown, or as it is stored', () => {
    const turned = { ...image, orientation: 6 } as const;
    expect(maskOf(png(20, 30, 6), turned)).toMatchObject({ height: 30 });
    expect(maskOf(png(30, 20, 6), turned)).toMatchObject({ height: 20 });
    expect(() => maskOf(png(20, 30, 6), { ...turned, orientation: 3 })).toThrow('must have the same size');
  });

  it('takes a mask by what viewers show of it', () => {
    const lying = pngOf(6, pngChunk('eXIf', exifTiff(6)), pngChunk('IDAT'));
    const photo = { type: 'png', width: 480, height: 640, hasAlpha: false } as const;
    expect(maskOf(lying, photo)).toMatchObject({ width: 640, height: 480, orientation: 6 });
    expect(() => maskOf(lying, { ...photo, width: 640, height: 480 })).toThrow(
      'is 480x640, but the first image is 640x480',
    );
  });

  it('takes one of any size for an image that is yet to be fetched, if it can be transparent', () => {
    const assumed = { type: 'jpeg', width: 1024, height: 1024, hasAlpha: false, isAssumed: true } as const;
    expect(maskOf(png(31, 21, 6), assumed)).toMatchObject({ width: 31 });
    expect(() => maskOf(png(31, 21), assumed)).toThrow('has no alpha channel');
  });

  it.each([
    ['of another width', png(31, 20, 6)],
    ['of another height', png(30, 21, 6)],
    ['without transparency', png(30, 20)],
    ['that is no image', Buffer.from('mask')],
  ])('refuses one %s', (_, bytes) => {
    expect(() => maskOf(bytes, image)).toThrow(expect.objectContaining({ code: 'invalid_image', param: 'mask' }));
  });
});
