import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from '../../../../lambda/http/answer/retry-after.ts';
import fc from '../../../support/seeded-fast-check.ts';

describe('retryAfterSeconds', () => {
  it.each([
    [40, 0, 40],
    [40, 10.5, 30],
    [40, 39, 4],
    [40, 400, 4],
    [5, 100, 1],
    [0, 0, 1],
    [20, -5, 20],
  ])('for %i typical seconds of which %d have passed, gives %i', (typical, passed, expected) => {
    expect(retryAfterSeconds(typical, passed)).toBe(expected);
  });

  it('is a whole number from 1 to the typical time', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 900, noNaN: true }),
        fc.double({ min: -10, max: 1e6, noNaN: true }),
        (typical, passed) => {
          const seconds = retryAfterSeconds(typical, passed);
          return Number.isInteger(seconds) && seconds >= 1 && seconds <= Math.ceil(typical);
        },
      ),
    );
  });
});
