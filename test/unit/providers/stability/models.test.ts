import { describe, expect, it } from 'vitest';
import type { ImageParameters, Submission } from '../../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../../lambda/domain/images/image.ts';
import { createPlanRequest } from '../../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';
import { stabilityModels } from '../../../../lambda/providers/stability/models.ts';
import { inputImage } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const photo = inputImage('photo', pngBytes(2_000));
const catalog = createCatalog({ stability: { baseUrl: 'https://stability.example' } });

function plan(model: string, parameters: ImageParameters, changes: Partial<Submission> = {}) {
  const images: readonly InputImage[] = changes.operation === undefined ? [] : [photo];
  const asked: Submission = { operation: 'generation', prompt: 'a kite', n: 1, parameters, extra: {}, ...changes };
  return createPlanRequest(catalog.specOf)({ provider: 'stability', model }, asked, images, undefined);
}

describe('stabilityModels', () => {
  it('names a living successor for each retired model', () => {
    const living = stabilityModels.models.map(({ model }) => model);
    expect(stabilityModels.retired.filter(({ successor }) => !living.includes(successor))).toEqual([]);
  });

  it('gives a generation the nearest shape', () => {
    const { request, warnings } = plan('sd3.5-large', { size: '1792x1024' });
    expect(request.parameters).toEqual({ aspect_ratio: '16:9' });
    expect(warnings).toMatchObject([{ code: 'size_adjusted' }]);
  });

  it('keeps the shape of the image in an edit of Stable Diffusion, which takes no other, and says so', () => {
    const { request, warnings } = plan('sd3.5-large', { size: '1792x1024' }, { operation: 'edit' });
    expect(request.parameters).toEqual({});
    expect(warnings).toMatchObject([{ code: 'param_dropped', param: 'size' }]);
    expect(plan('stable-image-ultra', { size: '1792x1024' }, { operation: 'edit' }).request.parameters).toEqual({
      aspect_ratio: '16:9',
    });
  });

  it('knows the styles and formats of each model', () => {
    expect(plan('stable-image-core', { style: 'anime', output_format: 'webp' }).request.parameters).toEqual({
      style: 'anime',
      output_format: 'webp',
    });
    const { request, warnings } = plan('sd3.5-medium', { style: 'vivid', output_format: 'webp' });
    expect(request.parameters).toEqual({});
    expect(warnings.map(({ param }) => param)).toEqual(['style', 'output_format']);
  });

  it('removes a background by one service only, in a format that can show it', () => {
    const removal = { operation: 'edit', editType: 'background_removal' } as const;
    expect(plan('remove-background', { output_format: 'webp' }, removal).request.parameters).toEqual({
      output_format: 'webp',
    });
    expect(plan('remove-background', { output_format: 'jpeg' }, removal).request.parameters).toEqual({});
    expect(() => plan('sd3.5-large', {}, removal)).toThrow('does not serve background_removal');
    expect(() => plan('remove-background', {})).toThrow('does not serve an image generation');
  });

  it('repaints by one service only, which takes a white mask', () => {
    const asked = { operation: 'edit', editType: 'inpainting' } as const;
    expect(plan('inpaint', { negative_prompt: 'rain', output_format: 'webp' }, asked).request.parameters).toEqual({
      negative_prompt: 'rain',
      output_format: 'webp',
    });
    expect(catalog.specOf({ provider: 'stability', model: 'inpaint' })?.mask).toBe('white');
    for (const model of ['sd3.5-large', 'outpaint', 'remove-background']) {
      expect(() => plan(model, {}, asked)).toThrow('does not serve inpainting');
    }
  });

  it('extends by at most 2,000 pixels a side, as planned from whatever the caller says', () => {
    const asked = (extra: Submission['extra']) =>
      plan('outpaint', {}, { operation: 'edit', editType: 'outpainting', extra }).request;
    expect(asked({ left: 2000, down: '1', creativity: 0.3 })).toMatchObject({
      margins: { left: 2000, top: 0, right: 0, bottom: 1 },
      extra: { creativity: 0.3 },
    });
    expect(() => asked({ left: 2001 })).toThrow('outpaint extends an image by at most 2000 pixels a side, not 2001.');
    const size = { operation: 'edit', editType: 'outpainting' } as const;
    const { margins } = plan('outpaint', { size: '700x480' }, size).request;
    expect(margins).toEqual({ left: 30, top: 0, right: 30, bottom: 0 });
  });

  it('refuses images that Stability would', () => {
    const tiny = inputImage('tiny', pngBytes(100, { width: 40, height: 400 }));
    const asked: Submission = { operation: 'edit', prompt: 'a kite', n: 1, parameters: {}, extra: {} };
    const planned = createPlanRequest(catalog.specOf);
    for (const [model, editType] of [['sd3.5-large'], ['inpaint', 'inpainting']] as const) {
      const wanted = editType === undefined ? asked : { ...asked, editType };
      expect(() => planned({ provider: 'stability', model }, wanted, [tiny], undefined)).toThrow(
        `${model} takes images with sides of at least 64 pixels, not 40x400. Enlarge it, or use another model.`,
      );
    }
  });

  it('takes no image for the model that knows none', () => {
    expect(() => plan('stable-image-core', {}, { operation: 'edit' })).toThrow('does not serve an image edit');
    expect(() => plan('stable-image-core', {}, { operation: 'variation' })).toThrow(
      'does not serve an image variation',
    );
  });
});
