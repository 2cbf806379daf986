import { describe, expect, it } from 'vitest';
import type { SizePolicy } from '../../../lambda/domain/model.ts';
import {
  nearestSize,
  parseAspectRatio,
  parseResolution,
  parseSize,
  type Size,
  sizeOfShape,
} from '../../../lambda/planning/size-plan.ts';
import fc from '../../support/seeded-fast-check.ts';

const free: Extract<SizePolicy, { kind: 'free' }> = {
  kind: 'free',
  multipleOf: 16,
  maxEdge: 3840,
  widestRatio: 3,
  minPixels: 655_360,
  maxPixels: 8_294_400,
};

function isMadeBy(policy: typeof free, { width, height }: Size): boolean {
  const long = Math.max(width, height);
  const pixels = width * height;
  return (
    width % policy.multipleOf === 0 &&
    height % policy.multipleOf === 0 &&
    long <= policy.maxEdge &&
    long <= policy.widestRatio * Math.min(width, height) &&
    pixels >= policy.minPixels &&
    pixels <= policy.maxPixels
  );
}

const edge = fc.integer({ min: 1, max: 99_999 });

describe('nearestSize', () => {
  it('always gives a size that the model makes', () => {
    fc.assert(
      fc.property(edge, edge, (width, height) => {
        expect(isMadeBy(free, nearestSize(free, { width, height }))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves a size alone that the model makes', () => {
    const sixteenths = fc.integer({ min: 16, max: 240 }).map((count) => count * 16);
    fc.assert(
      fc.property(sixteenths, sixteenths, (width, height) => {
        fc.pre(isMadeBy(free, { width, height }));
        expect(nearestSize(free, { width, height })).toEqual({ width, height });
      }),
    );
  });

  it('treats width and height alike', () => {
    fc.assert(
      fc.property(edge, edge, (width, height) => {
        const upright = nearestSize(free, { width, height });
        const turned = nearestSize(free, { width: height, height: width });
        expect(upright.width * upright.height).toBe(turned.width * turned.height);
      }),
    );
  });

  it.each([
    ['256x256', '816x816'],
    ['512x512', '816x816'],
    ['1024x1024', '1024x1024'],
    ['1792x1024', '1792x1024'],
    ['1000x1000', '1008x1008'],
    ['4096x4096', '2880x2880'],
    ['7680x4320', '3840x2160'],
    ['6000x1000', '3840x1280'],
  ])('makes %s into %s', (wish, size) => {
    expect(nearestSize(free, parseSize(wish) as Size)).toEqual(parseSize(size));
  });

  it('chooses from a list by shape before size', () => {
    const listed: SizePolicy = { kind: 'listed', sizes: ['1024x1024', '1536x1024', '1024x1536'] };
    expect(nearestSize(listed, { width: 1920, height: 1080 })).toEqual({ width: 1536, height: 1024 });
    expect(nearestSize(listed, { width: 600, height: 1000 })).toEqual({ width: 1024, height: 1536 });
    expect(nearestSize(listed, { width: 256, height: 256 })).toEqual({ width: 1024, height: 1024 });
  });
});

describe('parseSize', () => {
  it('reads WxH and nothing else', () => {
    expect(parseSize('1024x768')).toEqual({ width: 1024, height: 768 });
    expect(['auto', '0x5', '1024', 'x', '1024x', '-1x5', '1e3x5', ''].map(parseSize)).toEqual(Array(8).fill(undefined));
  });
});

describe('parseAspectRatio', () => {
  it('reads ratios as they are written', () => {
    expect(['16:9', '16x9', '16/9', ' 1 : 1 ', '2.39:1'].map(parseAspectRatio)).toEqual([
      16 / 9,
      16 / 9,
      16 / 9,
      1,
      2.39,
    ]);
    expect(['wide', '16', '0:9', '16:0', ':', '-1:2'].map(parseAspectRatio)).toEqual(Array(6).fill(undefined));
  });
});

describe('parseResolution', () => {
  it('reads tiers and edges', () => {
    expect(['512', '512px', '1K', '2k', '4K', '0.5K'].map(parseResolution)).toEqual([512, 512, 1024, 2048, 4096, 512]);
    expect(['high', '', '0', '99K', '1024x1024'].map(parseResolution)).toEqual(Array(5).fill(undefined));
  });
});

describe('sizeOfShape', () => {
  it('has the shape, and as many pixels as the square', () => {
    const { width, height } = sizeOfShape(16 / 9, 1024);
    expect(width / height).toBeCloseTo(16 / 9);
    expect(width * height).toBeCloseTo(1024 * 1024);
  });
});
