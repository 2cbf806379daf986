import { describe, expect, it } from 'vitest';
import { SlidingWindows } from '../../../local/vendors/rate-limit.ts';

describe('SlidingWindows', () => {
  const limit = { requests: 2, seconds: 10 };

  it('takes so many in any span, and counts no refusal', () => {
    const windows = new SlidingWindows();
    const at = [0, 4000, 5000, 9999, 10_000, 12_000, 14_000, 14_001];
    expect(at.map((now) => windows.refusal(limit, 'a', now))).toEqual([
      undefined,
      undefined,
      5,
      0.001,
      undefined,
      2,
      undefined,
      5.999,
    ]);
  });

  it('keeps keys apart', () => {
    const windows = new SlidingWindows();
    for (const key of ['a', 'b', 'a', 'b']) expect(windows.refusal(limit, key, 0)).toBeUndefined();
    expect(windows.refusal(limit, 'a', 0)).toBe(10);
  });
});
