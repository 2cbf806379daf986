import { describe, expect, it } from 'vitest';
import { planCanvas } from '../../../lambda/planning/plan-canvas.ts';
import { isLegalSize } from '../../../lambda/planning/size-plan.ts';
import { gptImage } from '../../../lambda/providers/formats/gpt-image.ts';
import fc from '../../support/seeded-fast-check.ts';

const free = gptImage.sizes;
const listed = { kind: 'listed', sizes: ['1024x1024', '1536x1024', '1024x1536'] } as const;
const none = { left: 0, top: 0, right: 0, bottom: 0 };

describe(planCanvas, () => {
  it('keeps the image as it is where the model makes the size', () => {
    expect(planCanvas(free, { width: 1024, height: 768 }, { ...none, left: 256, bottom: 96 })).toEqual({
      width: 1280,
      height: 864,
      image: { left: 256, top: 0, width: 1024, height: 768 },
    });
  });

  it("makes up for the model's step on the sides that are extended", () => {
    const image = { width: 1000, height: 750 };
    expect(planCanvas(free, image, { ...none, left: 100 })).toEqual({
      width: 1104,
      height: 752,
      image: { left: 104, top: 1, ...image },
    });
    expect(planCanvas(free, image, { ...none, right: 100 }).image).toEqual({ left: 0, top: 1, ...image });
  });

  it('scales image and margins together where the model makes only larger or smaller pictures', () => {
    expect(planCanvas(free, { width: 200, height: 200 }, { ...none, right: 200 })).toEqual({
      width: 1152,
      height: 576,
      image: { left: 0, top: 0, width: 576, height: 576 },
    });
    const large = planCanvas(free, { width: 4000, height: 3000 }, { left: 500, top: 0, right: 500, bottom: 0 });
    expect(large.width).toBeLessThanOrEqual(3840);
    expect(large.image.width / large.image.height).toBeCloseTo(4 / 3, 2);
    const spare = large.image.left - 500 * (large.image.width / 4000);
    expect(spare).toBeGreaterThanOrEqual(0);
    expect(spare).toBeLessThan(16);
  });

  it('goes by the nearest of listed sizes, where what is beyond the margins is extended too', () => {
    expect(planCanvas(listed, { width: 1000, height: 1000 }, { ...none, right: 500 })).toEqual({
      width: 1536,
      height: 1024,
      image: { left: 0, top: 0, width: 1024, height: 1024 },
    });
    expect(planCanvas(listed, { width: 1200, height: 1200 }, { ...none, right: 800 })).toEqual({
      width: 1536,
      height: 1024,
      image: { left: 0, top: 51, width: 922, height: 922 },
    });
  });

  it('takes any size where the model does', () => {
    const canvas = planCanvas({ kind: 'input' }, { width: 333, height: 77 }, { ...none, top: 1 });
    expect(canvas).toEqual({ width: 333, height: 78, image: { left: 0, top: 1, width: 333, height: 77 } });
  });

  it.each([
    ['free', free],
    ['listed', listed],
  ] as const)('is always of a legal size and holds the whole image in its shape, for %s sizes', (_name, policy) => {
    const edge = fc.integer({ min: 32, max: 4000 });
    const margin = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2000 }));
    fc.assert(
      fc.property(edge, edge, margin, margin, margin, margin, (width, height, left, top, right, bottom) => {
        fc.pre(left + top + right + bottom > 0);
        const canvas = planCanvas(policy, { width, height }, { left, top, right, bottom });
        expect(isLegalSize(policy, canvas)).toBe(true);
        const { image } = canvas;
        expect(Math.min(image.left, image.top)).toBeGreaterThanOrEqual(0);
        expect(image.left + image.width).toBeLessThanOrEqual(canvas.width);
        expect(image.top + image.height).toBeLessThanOrEqual(canvas.height);
        const scale = image.width / width;
        expect(Math.abs(image.height - height * scale)).toBeLessThanOrEqual(1 + scale + height / width);
      }),
    );
  });
});
