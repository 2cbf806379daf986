import { describe, expect, it } from 'vitest';
import type { CompatibleModel } from '../../../../lambda/contract/compatible-server.ts';
import { costOf } from '../../../../lambda/domain/money/cost.ts';
import { createPlanRequest } from '../../../../lambda/planning/plan-request.ts';
import { compatibleModelsOf } from '../../../../lambda/providers/compatible/models.ts';

function specOf(setting: Partial<CompatibleModel> = {}) {
  const [row] = compatibleModelsOf({
    models: [{ model: 'sdxl', ...setting }],
  }).models;
  if (!row) throw new Error('There is no row.');
  return row;
}

describe('compatibleModelsOf', () => {
  it('takes a model of which only the name is given for one of the API in its first form', () => {
    expect(specOf()).toMatchObject({
      model: 'sdxl',
      operations: { generation: 'native', edit: 'native', variation: 'native' },
      editTypes: { inpainting: 'native', outpainting: 'none', background_removal: 'none' },
      sizes: { kind: 'listed', sizes: ['256x256', '512x512', '1024x1024'] },
      imagesPerRequest: 10,
      inputImages: 1,
      mask: 'alpha',
      extras: [],
      typicalSeconds: 30,
      timeoutSeconds: 300,
    });
    const { parameters } = specOf();
    expect(Object.keys(parameters).filter((name) => parameters[name as 'size'] === 'sent')).toEqual(['size', 'user']);
  });

  it('takes over what the setting says', () => {
    const setting = { sizes: ['640x480'], imagesPerRequest: 2, inputImages: 4, typicalSeconds: 5, timeoutSeconds: 20 };
    const { sizes, ...numbers } = setting;
    expect(specOf(setting)).toMatchObject({ ...numbers, sizes: { kind: 'listed', sizes } });
    expect(specOf({ timeoutSeconds: 20 }).typicalSeconds).toBe(20);
  });

  it.each<[CompatibleModel['operations'], object]>([
    [['generation'], { generation: 'native', edit: 'none', variation: 'none' }],
    [['edit'], { generation: 'none', edit: 'native', variation: 'emulated' }],
    [['generation', 'variation'], { generation: 'native', edit: 'none', variation: 'native' }],
  ])('serves only %s, or what can be made of it', (operations = [], expected) => {
    const row = specOf({ operations });
    expect(row.operations).toEqual(expected);
    expect(row.mask).toBe(operations.includes('edit') ? 'alpha' : 'none');
  });

  it('has the price that the setting says, for each image and without a day, and else none', () => {
    const row = specOf({ price: { usdPerImage: 0.002 } });
    expect(row.price).toEqual({
      kind: 'image',
      source: "the stage's settings",
      refusal: 'unknown',
      rates: [{ usd: 0.002 }],
    });
    const asked = { operation: 'generation', prompt: 'a kite', n: 3, parameters: {}, extra: {} } as const;
    const { quote } = createPlanRequest(() => row)({ provider: 'studio', model: 'sdxl' }, asked, [], undefined);
    expect(quote).toEqual({ worst: 6000, likely: 6000, each: 2000 });
    expect(costOf(quote, row.price, { asked: 3, made: 3 })).toEqual({ micros: 6000, from: 'price_list' });
    expect(specOf().price).toBeUndefined();
  });

  it('inpaints only with a mask', () => {
    expect(specOf({ mask: false })).toMatchObject({ mask: 'none', editTypes: { inpainting: 'none' } });
  });

  it('has listed parameters sent as they come, and leaves the others out with a warning', () => {
    const plan = createPlanRequest(() => specOf({ parameters: ['quality', 'seed', 'scheduler', 'resolution'] }));
    const { request, warnings } = plan(
      { provider: 'studio', model: 'sdxl' },
      {
        operation: 'generation',
        prompt: 'a kite',
        n: 1,
        parameters: { quality: 'ultra', seed: 7, resolution: '2K', style: 'vivid' },
        extra: { scheduler: 'euler', glitter: true },
      },
      [],
      undefined,
    );
    expect(request.parameters).toEqual({ quality: 'ultra', seed: 7, resolution: '2K' });
    expect(request.extra).toEqual({ scheduler: 'euler' });
    expect(warnings.map(({ code, param }) => [code, param])).toEqual([
      ['param_dropped', 'style'],
      ['param_dropped', 'glitter'],
    ]);
  });
});
