import { describe, expect, it } from 'vitest';
import { planShapeWords } from '../../../lambda/planning/plan-shape-words.ts';
import fc from '../../support/seeded-fast-check.ts';

const policy = {
  kind: 'ratios',
  ratios: ['1:1', '16:9', '9:16', '3:2'],
  resolutions: { '1K': 1024, '2K': 2048, '4K': 4096 },
} as const;
const nothing = { size: undefined, aspect_ratio: undefined, resolution: undefined };
const plan = (
  given: Partial<typeof nothing | Record<string, string>>,
  of: Parameters<typeof planShapeWords>[1] = policy,
) => planShapeWords('a-model', of, { ...nothing, ...given } as never);

describe('planShapeWords', () => {
  it('asks for nothing where nothing was said', () => {
    expect(plan({})).toEqual({ words: {}, warnings: [] });
  });

  it('makes a size into the nearest shape and resolution, and says so', () => {
    expect(plan({ size: '1792x1024' })).toMatchObject({
      words: { aspect_ratio: '16:9', resolution: '1K' },
      warnings: [{ code: 'size_adjusted', param: 'size' }],
    });
    expect(plan({ size: '4096x4096' }).words).toEqual({ aspect_ratio: '1:1', resolution: '4K' });
  });

  it("takes the model's own words as they are", () => {
    expect(plan({ aspect_ratio: '16:9', resolution: '2k' })).toEqual({
      words: { aspect_ratio: '16:9', resolution: '2K' },
      warnings: [],
    });
  });

  it('takes the nearest of what it lacks, with a warning', () => {
    expect(plan({ aspect_ratio: '21:9' })).toMatchObject({
      words: { aspect_ratio: '16:9' },
      warnings: [{ code: 'param_mapped', param: 'aspect_ratio' }],
    });
  });

  it('leaves out, with a warning, what it can not read or has no word for', () => {
    expect(plan({ aspect_ratio: 'wide' }).warnings).toMatchObject([{ code: 'param_dropped', param: 'aspect_ratio' }]);
    expect(plan({ resolution: '2K' }, { kind: 'ratios', ratios: ['1:1'] })).toMatchObject({
      words: {},
      warnings: [{ code: 'param_dropped', param: 'resolution' }],
    });
    expect(plan({ size: '1024x1024', resolution: '4K' }).warnings).toMatchObject([
      { code: 'size_adjusted' },
      { code: 'param_dropped', param: 'resolution' },
    ]);
  });

  it('finds one of its shapes for every size', () => {
    const edge = fc.integer({ min: 10, max: 99_999 });
    fc.assert(
      fc.property(edge, edge, (width, height) => {
        const { words } = plan({ size: `${width}x${height}` });
        expect(policy.ratios).toContain(words?.aspect_ratio);
        expect(Object.keys(policy.resolutions)).toContain(words?.resolution);
      }),
    );
  });
});
