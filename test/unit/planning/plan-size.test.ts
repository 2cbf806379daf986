import { describe, expect, it } from 'vitest';
import type { ModelSpec } from '../../../lambda/planning/model-spec.ts';
import { planSize } from '../../../lambda/planning/plan-size.ts';
import type { SizeWish } from '../../../lambda/planning/planned-size.ts';
import { openAiModels } from '../../../lambda/providers/openai/models.ts';

const plan = (wish: SizeWish) => planSize(openAiModels.models[0] as ModelSpec, wish);

describe('planSize', () => {
  it('moves a size to the nearest that the model makes, and says so', () => {
    const { size: planned, warnings } = plan({ size: '256x256' });
    expect(planned).toEqual({ width: 816, height: 816 });
    expect(warnings).toEqual([
      {
        code: 'size_adjusted',
        param: 'size',
        message: "gpt-image-2 doesn't make 256x256; the nearest size is 816x816.",
      },
    ]);
    expect(plan({ size: '1792x1024' })).toMatchObject({
      size: { width: 1792, height: 1024 },
      warnings: [],
    });
  });

  it('leaves the size to the model where it is auto or absent', () => {
    for (const parameters of [{}, { size: 'auto' }, { size: 'auto', aspect_ratio: 'auto' }]) {
      const { size: planned, warnings } = plan(parameters);
      expect(planned).toBeUndefined();
      expect(warnings).toEqual([]);
    }
  });

  it.each([
    [{ aspect_ratio: '1:1' }, { width: 1024, height: 1024 }, ['aspect_ratio']],
    [{ aspect_ratio: '16x9' }, { width: 1360, height: 768 }, ['aspect_ratio']],
    [{ resolution: '2K' }, { width: 2048, height: 2048 }, ['resolution']],
    [{ aspect_ratio: '16:9', resolution: '2K' }, { width: 2736, height: 1536 }, ['aspect_ratio', 'resolution']],
    [{ size: 'auto', aspect_ratio: '3:2' }, { width: 1248, height: 832 }, ['aspect_ratio']],
    [{ resolution: '512' }, { width: 816, height: 816 }, ['resolution']],
  ])('makes %j into a size', (parameters, size, mapped) => {
    const { size: planned, warnings } = plan(parameters);
    expect(planned).toEqual(size);
    expect(warnings.map(({ code, param }) => [code, param])).toEqual(mapped.map((param) => ['param_mapped', param]));
  });

  it('lets a size decide over ratio and resolution', () => {
    const { size: planned, warnings } = plan({ size: '1024x1024', aspect_ratio: '16:9', resolution: '4K' });
    expect(planned).toEqual({ width: 1024, height: 1024 });
    expect(warnings).toMatchObject([
      { code: 'param_dropped', param: 'aspect_ratio' },
      { code: 'param_dropped', param: 'resolution' },
    ]);
  });

  it('drops what nobody could read, and says so', () => {
    const { size: planned, warnings } = plan({ size: 'big', aspect_ratio: 'wide', resolution: 'high' });
    expect(planned).toBeUndefined();
    expect(warnings.map(({ code, param }) => [code, param])).toEqual([
      ['param_dropped', 'size'],
      ['param_dropped', 'aspect_ratio'],
      ['param_dropped', 'resolution'],
    ]);
  });
});
