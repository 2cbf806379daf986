import { describe, expect, it } from 'vitest';
import type { ImageParameters } from '../../../../lambda/domain/generation.ts';
import { createPlanRequest } from '../../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';

const catalog = createCatalog({ xai: { baseUrl: 'https://api.x.ai/v1' } });

function planned(model: string, parameters: ImageParameters) {
  const submission = { operation: 'generation', prompt: 'a kite', n: 1, parameters, extra: {} } as const;
  const { request, warnings } = createPlanRequest(catalog.specOf)(
    { provider: 'xai', model },
    submission,
    [],
    undefined,
  );
  return { parameters: request.parameters, warnings: warnings.map(({ code, param }) => [code, param]) };
}

describe('xaiModels', () => {
  it.each([
    ['1024x1024', '1:1', '1k'],
    ['1792x1024', '16:9', '1k'],
    ['1536x768', '2:1', '1k'],
    ['1080x2340', '9:19.5', '2k'],
  ])('asks for %s as %s at %s', (size, aspect_ratio, resolution) => {
    const { parameters, warnings } = planned('grok-imagine-image', { size });
    expect(parameters).toEqual({ aspect_ratio, resolution });
    expect(warnings).toEqual([['size_adjusted', 'size']]);
  });

  it('has qualities with the 2.0 model alone', () => {
    expect(planned('grok-imagine-image-2.0', { quality: 'hd' })).toEqual({
      parameters: { quality: 'medium' },
      warnings: [['quality_mapped', 'quality']],
    });
    expect(planned('grok-imagine-image', { quality: 'low' })).toEqual({
      parameters: {},
      warnings: [['param_dropped', 'quality']],
    });
  });

  it('leaves out what xAI has no field for, with a warning each', () => {
    const { parameters, warnings } = planned('grok-imagine-image', { seed: 1, output_format: 'png', user: 'u' });
    expect(parameters).toEqual({ user: 'u' });
    expect(warnings).toEqual([
      ['param_dropped', 'seed'],
      ['param_dropped', 'output_format'],
    ]);
  });

  it.each([
    ['grok-2-image', 'grok-imagine-image'],
    ['grok-imagine-image-quality', 'grok-imagine-image-2.0'],
    ['grok-imagine-image-pro', 'grok-imagine-image-2.0'],
  ])('names the successor of %s', (model, successor) => {
    expect(() => catalog.resolve(`xai/${model}`)).toThrow(`use xai/${successor} instead`);
  });

  it('has wider shapes and more input images with the 2.0 model alone', () => {
    expect(planned('grok-imagine-image-2.0', { aspect_ratio: '21:9' })).toEqual({
      parameters: { aspect_ratio: '21:9' },
      warnings: [],
    });
    expect(planned('grok-imagine-image', { aspect_ratio: '21:9' }).parameters).not.toEqual({ aspect_ratio: '21:9' });
    const most = ['grok-imagine-image', 'grok-imagine-image-2.0'].map(
      (model) => catalog.specOf({ provider: 'xai', model })?.inputImages,
    );
    expect(most).toEqual([3, 5]);
  });
});
