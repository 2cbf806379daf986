import { describe, expect, it } from 'vitest';
import { isAfter, mayBreak, versionFrom } from '../../../scripts/version.ts';

describe(versionFrom, () => {
  it('takes three whole numbers, and nothing else', () => {
    expect(versionFrom('10.0.3')).toEqual({ major: 10, minor: 0, patch: 3 });
    for (const text of ['1.2', 'v1.2.3', '1.2.3-rc.1', '01.2.3', '1.2.3 ', '', '1.-2.3', '1.2.3.4']) {
      expect(() => versionFrom(text), text).toThrow('is no version');
    }
  });
});

const compared = (compare: typeof isAfter, later: string, earlier: string) =>
  compare(versionFrom(later), versionFrom(earlier));

describe(isAfter, () => {
  it('compares numbers as numbers, the greater part first', () => {
    const order = ['0.1.0', '0.1.9', '0.1.10', '0.2.0', '1.0.0', '1.0.1', '2.0.0'];
    for (const [index, version] of order.entries()) {
      expect(order.map((other) => compared(isAfter, version, other))).toEqual(order.map((_, at) => index > at));
    }
  });
});

describe(mayBreak, () => {
  it('goes by the major number, and by the minor while the major is 0', () => {
    expect(compared(mayBreak, '0.2.0', '0.1.5')).toBe(true);
    expect(compared(mayBreak, '0.1.6', '0.1.5')).toBe(false);
    expect(compared(mayBreak, '1.0.0', '0.9.0')).toBe(true);
    expect(compared(mayBreak, '1.3.0', '1.2.0')).toBe(false);
    expect(compared(mayBreak, '2.0.0', '1.9.9')).toBe(true);
    expect(compared(mayBreak, '0.1.0', '0.1.0')).toBe(false);
  });
});
