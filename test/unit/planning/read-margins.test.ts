import { describe, expect, it } from 'vitest';
import type { ImageParameters, JsonObject, Submission } from '../../../lambda/domain/generation.ts';
import { extended, readMargins } from '../../../lambda/planning/read-margins.ts';
import { failureOf } from '../../support/failure-of.ts';
import fc from '../../support/seeded-fast-check.ts';

const image = { width: 600, height: 400 };
const asked = (parameters: ImageParameters, extra: JsonObject = {}): Submission => ({
  operation: 'edit',
  editType: 'outpainting',
  n: 1,
  parameters,
  extra,
});
const read = (parameters: ImageParameters, extra: JsonObject = {}, of = image) =>
  readMargins(asked(parameters, extra), of);

describe(readMargins, () => {
  it('takes the sides as they are given, as numbers or as a form has them', () => {
    const expected = { margins: { left: 10, top: 0, right: 0, bottom: 25 }, warnings: [] };
    expect(read({}, { left: 10, down: 25 })).toEqual(expected);
    expect(read({}, { left: '10', down: ' 25 ', up: '0' })).toEqual(expected);
  });

  it('puts the image in the middle of a size', () => {
    expect(read({ size: '1000x501' }).margins).toEqual({ left: 200, top: 50, right: 200, bottom: 51 });
    expect(read({ size: '600x500' }).margins).toEqual({ left: 0, top: 50, right: 0, bottom: 50 });
  });

  it.each([
    ['16:9', { left: 55, top: 0, right: 56, bottom: 0 }],
    ['1:1', { left: 0, top: 100, right: 0, bottom: 100 }],
  ])('makes the smallest canvas of the shape %s that holds the image', (ratio, expected) => {
    expect(read({ aspect_ratio: ratio }).margins).toEqual(expected);
    expect(read({ aspect_ratio: ratio, size: 'auto' }).margins).toEqual(expected);
  });

  it('lets sides decide before a size, and a size before a shape, and says so', () => {
    expect(read({ size: '1000x1000', aspect_ratio: '1:1' }, { left: 1 })).toMatchObject({
      margins: { left: 1, top: 0, right: 0, bottom: 0 },
      warnings: [{ param: 'size' }, { param: 'aspect_ratio' }],
    });
    expect(read({ size: '1000x400', aspect_ratio: '1:1' })).toMatchObject({
      margins: { left: 200, right: 200 },
      warnings: [{ param: 'aspect_ratio' }],
    });
  });

  it.each([
    ['nothing', {}, {}, 'size'],
    ['a size left to the model', { size: 'auto' }, {}, 'size'],
    ['a size that does not hold the image', { size: '1000x399' }, {}, 'size'],
    ['the size of the image', { size: '600x400' }, {}, 'size'],
    ['the shape of the image', { aspect_ratio: '3:2' }, {}, 'aspect_ratio'],
    ['no shape', { aspect_ratio: 'wide' }, {}, 'aspect_ratio'],
    ['sides that are all 0', {}, { up: 0, down: '0' }, 'up'],
    ['a side below 0', {}, { left: 5, right: -1 }, 'right'],
    ['half a pixel', {}, { left: 0.5 }, 'left'],
    ['a side in words', {}, { down: 'far' }, 'down'],
    ['a list for a side', {}, { down: [5] }, 'down'],
    ['a side beyond all reason', {}, { down: 16_385 }, 'down'],
  ] as const)('refuses %s, naming the field', (_name, parameters, extra, param) => {
    expect(failureOf(() => read(parameters, extra))).toMatchObject({ kind: 'invalid', billed: 'no', param });
  });

  it('adds up to what was asked for, whatever the image', () => {
    const edge = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(edge, edge, edge, edge, (width, height, wider, higher) => {
        const size = { width: width + wider, height: height + higher };
        const { margins } = read({ size: `${size.width}x${size.height}` }, {}, { width, height });
        expect(extended({ width, height }, margins)).toEqual(size);
        expect(Math.abs(margins.left - margins.right)).toBeLessThanOrEqual(1);
        expect(Math.abs(margins.top - margins.bottom)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
