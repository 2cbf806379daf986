import { describe, expect, it } from 'vitest';
import type { ImageParameters, Submission } from '../../../../lambda/domain/generation.ts';
import { createPlanRequest } from '../../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';
import { inputImage } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const photo = inputImage('photo', pngBytes(2_000));
const catalog = createCatalog({ recraft: { baseUrl: 'https://recraft.example' } });

function plan(model: string, parameters: ImageParameters, changes: Partial<Submission> = {}) {
  const images = changes.operation === undefined ? [] : [photo];
  const asked: Submission = { operation: 'generation', prompt: 'a kite', n: 1, parameters, extra: {}, ...changes };
  const candidate = catalog.resolve(`recraft/${model}`);
  const { request, warnings } = createPlanRequest(catalog.specOf)(candidate, asked, images, undefined);
  return { request, warned: warnings.map(({ code, param }) => [code, param]) };
}

describe('recraftModels', () => {
  it.each([
    ['recraftv4_1', '1024x1024', '1344x768'],
    ['recraftv4_1_pro', '2048x2048', '2688x1536'],
    ['recraftv3', '1024x1024', '1820x1024'],
  ])('asks %s for sizes of its own', (model, square, wide) => {
    for (const size of [square, wide]) {
      const { request, warned } = plan(model, { size });
      expect(`${request.size?.width}x${request.size?.height}`).toBe(size);
      expect(warned).toEqual([]);
    }
    expect(plan(model, { size: '1000x990' })).toMatchObject({
      request: { size: { width: Number.parseInt(square, 10) } },
      warned: [['size_adjusted', 'size']],
    });
  });

  it('makes a size of a shape', () => {
    const { request, warned } = plan('recraftv4_1', { aspect_ratio: '16:9' });
    expect(request.size).toEqual({ width: 1344, height: 768 });
    expect(warned).toEqual([['param_mapped', 'aspect_ratio']]);
  });

  it('takes a style and a negative prompt for V3 alone', () => {
    const wish = { style: 'Illustration', negative_prompt: 'rain' };
    expect(plan('recraftv3', wish)).toMatchObject({ request: { parameters: wish }, warned: [] });
    expect(plan('recraftv4_1', wish)).toMatchObject({
      request: { parameters: {} },
      warned: [
        ['param_dropped', 'style'],
        ['param_dropped', 'negative_prompt'],
      ],
    });
  });

  it('keeps the size of the image in an edit, and says so', () => {
    const { request, warned } = plan('recraftv4_1', { size: '1344x768' }, { operation: 'edit' });
    expect(request.size).toBeUndefined();
    expect(warned).toEqual([['param_dropped', 'size']]);
  });

  it('makes variations by an endpoint for them, in the size that is asked for', () => {
    const { request, warned } = plan('recraftv4_1', { size: '1344x768' }, { operation: 'variation' });
    expect(request).toMatchObject({ operation: 'variation', size: { width: 1344, height: 768 } });
    expect(warned).toEqual([]);
  });

  it('removes a background by one service only', () => {
    const removal = { operation: 'edit', editType: 'background_removal' } as const;
    expect(plan('removeBackground', {}, removal).request).toMatchObject(removal);
    expect(() => plan('recraftv4_1', {}, removal)).toThrow('does not serve background_removal');
    expect(() => plan('removeBackground', {})).toThrow('does not serve an image generation');
  });
});
