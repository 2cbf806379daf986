import { describe, expect, it } from 'vitest';
import type { InputImage } from '../../../../lambda/domain/images/image.ts';
import { brokenInputLimit, type CheckedRequest } from '../../../../lambda/domain/images/input-limits.ts';

const limits = { minEdge: 64, maxEdge: 1_500, maxPixels: 1_000_000, widestRatio: 2.5, maxBytes: 5_000 };
const image = (width: number, height: number, bytes = 100, key = 'x'): InputImage => ({
  ...{ key, type: 'png', width, height, hasAlpha: false, bytes, sha256: 'aa' },
});
const request = (images: readonly InputImage[], mask?: InputImage): CheckedRequest => ({
  ...{ model: 'm', prompt: 'a boat', parameters: {}, extra: {}, images },
  ...(mask === undefined ? {} : { mask }),
});
const never = (): boolean => false;

describe('brokenInputLimit', () => {
  it.each([[image(64, 64)], [image(1000, 1000)], [image(500, 200)], [image(100, 100, 5_000)]])(
    'has nothing against an image within them, up to the last pixel',
    (each) => {
      expect(brokenInputLimit(limits, request([image(100, 100), each]), never)).toBeUndefined();
    },
  );

  it.each([
    [image(63, 64), 'm takes images with sides of at least 64 pixels, not 63x64. Enlarge it, or use another model.'],
    [
      image(1501, 601),
      'm takes images with sides of at most 1,500 pixels, not 1501x601. Scale it down, or use another model.',
    ],
    [
      image(1000, 1001),
      'm takes images of at most 1,000,000 pixels, not 1,001,000 (1000x1001). Scale it down, or use another model.',
    ],
    [image(200, 501), 'm takes images with sides of at most 2.5:1, not 200x501. Crop or pad it, or use another model.'],
    [
      image(100, 100, 5_001),
      'm takes images of at most 5,000 bytes, not 5,001. Send a smaller one, or use another model.',
    ],
  ])('says what is wrong with the first that breaks one', (each, message) => {
    expect(brokenInputLimit(limits, request([image(100, 100), each]), never)).toEqual({ message, param: 'image' });
  });

  it('takes any shape where there is no rule for it', () => {
    expect(brokenInputLimit({ minEdge: 64 }, request([image(64, 4000)]), never)).toBeUndefined();
  });

  it('holds a mask to a bound of its own, or to that of images', () => {
    const large = (bytes: number) => request([image(100, 100)], image(100, 100, bytes));
    expect(brokenInputLimit({ ...limits, maxMaskBytes: 300 }, large(300), never)).toBeUndefined();
    expect(brokenInputLimit({ ...limits, maxMaskBytes: 300 }, large(301), never)).toEqual({
      message: 'm takes masks of at most 300 bytes, not 301. Send a smaller one, or use another model.',
      param: 'mask',
    });
    expect(brokenInputLimit(limits, large(5_001), never)?.param).toBe('mask');
  });

  it('leaves out images that are not known yet', () => {
    const assumed = { ...image(10, 10, 50_000), isAssumed: true } as const;
    expect(brokenInputLimit({ ...limits, maxMaskBytes: 10 }, request([assumed], assumed), never)).toBeUndefined();
  });

  describe('of a whole request', () => {
    const whole = { request: { maxBytes: 100_000, sends: 'bytes' } } as const;
    const inBase64 = { request: { maxBytes: 100_000, sends: 'base64' } } as const;

    it('adds up images and mask', () => {
      const [half, mask] = [image(9, 9, 46_000), image(9, 9, 3_000)];
      expect(brokenInputLimit(whole, request([half, half]), never)).toBeUndefined();
      expect(brokenInputLimit(whole, request([half, half], mask), never)).toBeUndefined();
      expect(brokenInputLimit(whole, request([half, half], image(9, 9, 4_000)), never)?.message).toMatch(
        /^m takes requests of at most 100,000 bytes; with the prompt and the input images this one would have 100,\d{3}\. Send fewer or smaller images, or use another model\.$/,
      );
    });

    it('counts base64 as it is sent, and the prompt as JSON has it', () => {
      expect(brokenInputLimit(inBase64, request([image(9, 9, 71_000)]), never)).toBeUndefined();
      expect(brokenInputLimit(inBase64, request([image(9, 9, 72_000)]), never)?.message).toContain(
        'in base64 this one',
      );
      const wordy = { ...request([image(9, 9, 71_000)]), prompt: '\n'.repeat(1_000) };
      expect(brokenInputLimit(inBase64, wordy, never)?.message).toContain('at most 100,000 bytes');
    });

    it('does not count images that go out as addresses', () => {
      const large = [image(9, 9, 90_000, 'first'), image(9, 9, 90_000, 'second')];
      expect(brokenInputLimit(whole, request(large), () => true)).toBeUndefined();
      expect(brokenInputLimit(whole, request(large), ({ key }) => key === 'first')).toBeUndefined();
      expect(brokenInputLimit(whole, request(large), never)).toBeDefined();
    });
  });
});
