import { describe, expect, it } from 'vitest';
import { resampling } from '../../../../lambda/adapters/pixels/resampling.ts';
import { maxImageSide } from '../../../../lambda/domain/images/image.ts';
import fc from '../../../support/seeded-fast-check.ts';

const side = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(maxImageSide));

describe(resampling, () => {
  it('gives each pixel weights that add up to 1, of pixels that there are', () => {
    fc.assert(
      fc.property(side, side, (from, to) => {
        const { firsts, offsets, weights } = resampling(from, to);
        for (let index = 0; index < to; index += 1) {
          const own = weights.subarray(offsets[index], offsets[index + 1]);
          const sum = own.reduce((total, each) => total + each, 0);
          if (Math.abs(sum - 1) > 1e-4) throw new Error(`${from} to ${to}: the weights of ${index} are ${sum} in all.`);
          if ((firsts[index] as number) + own.length > from)
            throw new Error(`${from} to ${to}: ${index} goes too far.`);
        }
        expect([firsts.length, offsets.length, offsets[to]]).toEqual([to, to + 1, weights.length]);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    [maxImageSide, 1],
    [1, maxImageSide],
    [maxImageSide, maxImageSide],
    [maxImageSide, 2880],
    [976, 16_000],
  ])('takes no more than 4 weights for each pixel of %i and 5 for each of %i', (from, to) => {
    const { weights } = resampling(from, to);
    expect(weights.length).toBeLessThanOrEqual(4 * from + 5 * to);
    expect(weights).toBeInstanceOf(Float32Array);
  });

  it('takes a line of the same length as it is', () => {
    const { firsts, offsets, weights } = resampling(9, 9);
    for (let index = 0; index < 9; index += 1) {
      const own = [...weights.subarray(offsets[index], offsets[index + 1])];
      expect(
        own.map((weight, at) => [(firsts[index] as number) + at, weight]).filter(([, weight]) => weight !== 0),
      ).toEqual([[index, 1]]);
    }
  });
});
