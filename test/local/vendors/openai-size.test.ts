import { describe, expect, it } from 'vitest';
import { checkSize, nearestAllowedSize } from '../../../local/vendors/openai-size.ts';
import fc from '../../support/seeded-fast-check.ts';

describe('nearestAllowedSize', () => {
  it('gives an allowed size for every input, near its ratio', () => {
    const edge = fc.integer({ min: 1, max: 12_000 });
    fc.assert(
      fc.property(edge, edge, (width, height) => {
        const size = nearestAllowedSize({ width, height });
        expect(checkSize(`${size.width}x${size.height}`)).toBeUndefined();
        const wanted = Math.min(3, Math.max(1 / 3, width / height));
        expect(Math.abs(size.width / size.height / wanted - 1)).toBeLessThan(0.04);
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves an allowed size alone', () => {
    for (const size of [
      { width: 1024, height: 1024 },
      { width: 3840, height: 2160 },
      { width: 1536, height: 1024 },
    ]) {
      expect(nearestAllowedSize(size)).toEqual(size);
    }
  });
});
