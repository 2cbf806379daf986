import { describe, expect, it } from 'vitest';
import { brokenInputLimit } from '../../../lambda/planning/input-limits.ts';
import { inputImage } from '../../contract/providers/memory-call.ts';
import { pngBytes } from '../../support/image-bytes.ts';

const limits = { minEdge: 64, maxPixels: 1_000_000, widestRatio: 2.5, maxBytes: 5_000 };
const image = (width: number, height: number, bytes = 100) => inputImage('x', pngBytes(bytes, { width, height }));

describe('brokenInputLimit', () => {
  it.each([[image(64, 64)], [image(1000, 1000)], [image(500, 200)], [image(100, 100, 5_000)]])(
    'has nothing against an image within them, up to the last pixel',
    (each) => {
      expect(brokenInputLimit('m', limits, [image(100, 100), each])).toBeUndefined();
    },
  );

  it.each([
    [image(63, 64), 'm takes images with sides of at least 64 pixels, not 63x64.'],
    [image(1000, 1001), 'm takes images of at most 1,000,000 pixels, not 1000x1001.'],
    [image(200, 501), 'm takes images of at most 2.5:1, not 200x501.'],
    [image(100, 100, 5_001), 'm takes images of at most 5,000 bytes, not 5001.'],
  ])('says what is wrong with the first that breaks one', (each, sentence) => {
    expect(brokenInputLimit('m', limits, [image(100, 100), each])).toBe(sentence);
  });

  it('takes any shape where there is no rule for it', () => {
    const { widestRatio: _, ...anyShape } = limits;
    expect(brokenInputLimit('m', anyShape, [image(64, 4000)])).toBeUndefined();
  });
});
