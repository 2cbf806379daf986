import { describe, expect, it } from 'vitest';
import { createPlanRequest } from '../../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';
import { geminiModels } from '../../../../lambda/providers/gemini/models.ts';

const catalog = createCatalog({ gemini: { baseUrl: 'https://gemini.example' } });
const plan = (model: string, parameters: Record<string, string | number>) =>
  createPlanRequest(catalog.specOf)(
    { provider: 'gemini', model },
    { operation: 'generation', prompt: 'a kite', n: 1, parameters, extra: {} },
    [],
    undefined,
  );

describe('geminiModels', () => {
  it('names a living successor for each retired model', () => {
    const living = geminiModels.models.map(({ model }) => model);
    for (const { model, successor } of geminiModels.retired) {
      expect(living).toContain(successor);
      expect(() => catalog.resolve(`gemini/${model}`)).toThrow(successor);
    }
  });

  it.each([
    ['gemini-3.1-flash-image', '512x512', { aspect_ratio: '1:1', resolution: '512' }],
    ['gemini-3.1-flash-image', '128x1024', { aspect_ratio: '1:8', resolution: '512' }],
    ['gemini-3-pro-image', '3840x2160', { aspect_ratio: '16:9', resolution: '2K' }],
    ['gemini-3-pro-image', '512x512', { aspect_ratio: '1:1', resolution: '1K' }],
    ['gemini-3.1-flash-lite-image', '4096x4096', { aspect_ratio: '1:1', resolution: '1K' }],
  ])('asks %s for %s by the nearest ratio and resolution', (model, size, words) => {
    const { request, warnings } = plan(model, { size });
    expect(request.parameters).toEqual(words);
    expect(request.size).toBeUndefined();
    expect(warnings).toMatchObject([{ code: 'size_adjusted' }]);
  });

  it('says of everything that it leaves out', () => {
    const { request, warnings } = plan('gemini-3-pro-image', {
      quality: 'high',
      output_format: 'webp',
      negative_prompt: 'rain',
      seed: 3,
    });
    expect(request.parameters).toEqual({ seed: 3 });
    expect(warnings.map(({ param }) => param)).toEqual(['quality', 'output_format', 'negative_prompt']);
  });
});
