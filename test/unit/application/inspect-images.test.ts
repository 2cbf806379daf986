import { describe, expect, it } from 'vitest';
import { inspectImage, inspectMask } from '../../../lambda/application/inspect-images.ts';
import { pngBytes } from '../../support/image-bytes.ts';

const part = (bytes: Uint8Array, param = 'image[]') => ({ param, bytes });
const png = (width: number, height: number, colourType = 2): Uint8Array => {
  const bytes = pngBytes(100, { width, height });
  bytes[25] = colourType;
  return bytes;
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
    expect(() => inspectImage(part(png(8000, 8001)))).toThrow(expect.objectContaining({ code: 'invalid_image' }));
  });
});

describe('inspectMask', () => {
  const image = { type: 'png', width: 30, height: 20, hasAlpha: false } as const;

  it('takes one as large as the image that can be transparent', () => {
    expect(inspectMask(part(png(30, 20, 6), 'mask'), image)).toMatchObject({ hasAlpha: true });
  });

  it('takes one as large as a turned image is shown, or as it is stored', () => {
    const turned = { ...image, type: 'jpeg', orientation: 6 } as const;
    expect(inspectMask(part(png(20, 30, 6), 'mask'), turned)).toMatchObject({ height: 30 });
    expect(inspectMask(part(png(30, 20, 6), 'mask'), turned)).toMatchObject({ height: 20 });
    expect(() => inspectMask(part(png(20, 30, 6), 'mask'), { ...turned, orientation: 3 })).toThrow('must be equal');
  });

  it.each([
    ['of another width', png(31, 20, 6)],
    ['of another height', png(30, 21, 6)],
    ['without transparency', png(30, 20)],
    ['that is no image', Buffer.from('mask')],
  ])('refuses one %s', (_, bytes) => {
    expect(() => inspectMask(part(bytes, 'mask'), image)).toThrow(
      expect.objectContaining({ code: 'invalid_image', param: 'mask' }),
    );
  });
});
