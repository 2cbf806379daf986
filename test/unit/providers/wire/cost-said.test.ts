import { describe, expect, it } from 'vitest';
import { costSaid } from '../../../../lambda/providers/wire/cost-said.ts';

describe('costSaid', () => {
  it('counts whole micro-dollars, of figures that are numbers or decimal text', () => {
    expect(costSaid(3, 10_000)).toBe(30_000);
    expect(costSaid('1.4', 10_000)).toBe(14_000);
    expect(costSaid(123_456_789, 1 / 10_000)).toBe(12_346);
    expect(costSaid(0, 10_000)).toBe(0);
  });

  it('takes up to $1,000', () => {
    expect(costSaid(1_000_000, 1_000)).toBe(1_000_000_000);
    expect(costSaid(1_000_001, 1_000)).toBeUndefined();
  });

  it.each([null, undefined, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, '', '-1', '1e3', 'free', true, {}, [3]])(
    'ignores %j',
    (figure) => {
      expect(costSaid(figure, 10_000)).toBeUndefined();
    },
  );
});
