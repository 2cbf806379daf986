import { describe, expect, it } from 'vitest';
import { paintOn } from '../../../../lambda/adapters/pixels/paint.ts';
import type { Drawing, Raster } from '../../../../lambda/adapters/pixels/raster.ts';
import { maxImageSide } from '../../../../lambda/domain/images/image.ts';

const colour = [200, 30, 77, 255];
const clear = [0, 0, 0, 0];

function flat(width: number, height: number): Raster {
  const data = new Uint8Array(width * height * 4);
  for (let at = 0; at < data.length; at += 4) data.set(colour, at);
  return { data, width, height };
}

const pixelAt = (drawing: Drawing, x: number, y: number) => [...drawing.rowAt(y).subarray(x * 4, x * 4 + 4)];

describe(paintOn, () => {
  it.each([
    ['the widest picture', flat(maxImageSide, 2)],
    ['the tallest picture', flat(2, maxImageSide)],
    ['a square one', flat(50, 50)],
    ['a single pixel', flat(1, 1)],
  ])('paints %s at its place, in its own colour to the edges', (_name, image) => {
    const place = { left: 3, top: 2, width: 40, height: 30 };
    const drawing = paintOn({ width: 50, height: 40, image: place }, image);
    for (const [x, y] of [
      [3, 2],
      [42, 2],
      [3, 31],
      [42, 31],
      [20, 15],
    ] as const) {
      expect(pixelAt(drawing, x, y)).toEqual(colour);
    }
    for (const [x, y] of [
      [2, 2],
      [43, 2],
      [3, 1],
      [3, 32],
      [49, 39],
    ] as const) {
      expect(pixelAt(drawing, x, y)).toEqual(clear);
    }
  });

  it('paints an image of just that size as it is', () => {
    const image = { width: 2, height: 2, data: Uint8Array.from({ length: 16 }, (_, at) => at * 7) };
    const drawing = paintOn({ width: 4, height: 2, image: { left: 1, top: 0, width: 2, height: 2 } }, image);
    expect([...drawing.rowAt(1)]).toEqual([...clear, ...image.data.subarray(8), ...clear]);
  });

  it('gives any row at any time, in one and the same piece of memory', () => {
    const image = flat(9, 200);
    const drawing = paintOn({ width: 30, height: 30, image: { left: 0, top: 10, width: 9, height: 10 } }, image);
    const rows = [12, 3, 12, 19, 29].map((y) => drawing.rowAt(y));
    expect(new Set(rows.map(({ buffer }) => buffer)).size).toBe(1);
    expect(pixelAt(drawing, 8, 12)).toEqual(colour);
    expect(pixelAt(drawing, 8, 3)).toEqual(clear);
  });
});
