import { describe, expect, it } from 'vitest';
import { bedrockRegions } from '../../../../lambda/contract/bedrock-models.ts';
import type { Submission } from '../../../../lambda/domain/generation.ts';
import { createPlanRequest } from '../../../../lambda/planning/plan-request.ts';
import { bedrockModelsOf } from '../../../../lambda/providers/bedrock/models.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';
import { inputImage } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const baseUrl = 'https://bedrock.example';
const catalogIn = (region: (typeof bedrockRegions)[number]) => createCatalog({ bedrock: { baseUrl, region } });

function plan(model: string, changes: Partial<Submission>, bytes = 2_000, size = { width: 640, height: 480 }) {
  const images = changes.operation === 'edit' ? [inputImage('photo', pngBytes(bytes, size))] : [];
  const asked: Submission = { operation: 'generation', prompt: 'a kite', n: 1, parameters: {}, extra: {}, ...changes };
  const candidate = { provider: 'bedrock', model };
  return createPlanRequest(catalogIn('us-west-2').specOf)(candidate, asked, images, undefined);
}

describe('bedrockModelsOf', () => {
  it('has every model in one region, and the services alone in the others', () => {
    const services = ['inpaint', 'outpaint', 'remove-background'];
    const modelsIn = (region: (typeof bedrockRegions)[number]) =>
      bedrockModelsOf({ region }).models.map(({ model }) => model);
    expect(modelsIn('us-west-2')).toHaveLength(6);
    for (const region of ['us-east-1', 'us-east-2'] as const) {
      expect(modelsIn(region)).toHaveLength(services.length);
      for (const service of services) expect(modelsIn(region).join()).toContain(service);
    }
    expect(bedrockModelsOf({}).models).toEqual([]);
  });

  it.each([
    ['amazon.nova-canvas-v1:0', 'stability.stable-image-ultra-v1:1'],
    ['amazon.titan-image-generator-v2:0', 'stability.stable-image-core-v1:1'],
    ['stability.stable-diffusion-xl-v1', 'stability.stable-image-core-v1:1'],
    ['stability.sd3-large-v1:0', 'stability.sd3-5-large-v1:0'],
  ])('refuses %s by name, with a living successor', (model, successor) => {
    const catalog = catalogIn('us-west-2');
    expect(() => catalog.resolve(`bedrock/${model}`)).toThrow(`use bedrock/${successor} instead`);
    expect(catalog.resolve(`bedrock/${successor}`)).toBeDefined();
  });

  it('names no successor that the region does not have', () => {
    for (const region of bedrockRegions) {
      const { models, retired } = bedrockModelsOf({ region });
      const living = models.map(({ model }) => model);
      expect(retired.filter(({ successor }) => !living.includes(successor))).toEqual([]);
    }
  });

  it('knows what each model takes', () => {
    const asked = { style: 'anime', output_format: 'webp', quality: 'high', seed: 7, size: '1792x1024' } as const;
    const { request, warnings } = plan('stability.stable-image-ultra-v1:1', { parameters: asked });
    expect(request.parameters).toEqual({ seed: 7, aspect_ratio: '16:9' });
    expect(warnings.map(({ param }) => param)).toEqual(
      expect.arrayContaining(['style', 'output_format', 'quality', 'size']),
    );
  });

  it.each(['stability.stable-image-ultra-v1:1', 'stability.stable-image-core-v1:1'])(
    'gives no image to %s',
    (model) => {
      expect(() => plan(model, { operation: 'edit' })).toThrow('does not serve an image edit');
    },
  );

  it.each([
    [[18_750_000, { width: 640, height: 480 }], 'requests of at most 25,000,000 bytes'],
    [[2_000, { width: 63, height: 480 }], 'sides of at least 64 pixels'],
    [[2_000, { width: 3073, height: 3072 }], 'of at most 9,437,184 pixels'],
  ] as const)('refuses an image beyond what Bedrock takes: %j', ([bytes, size], why) => {
    const edit = { operation: 'edit' } as const;
    expect(() => plan('stability.sd3-5-large-v1:0', edit, bytes, size)).toThrow(why);
    expect(plan('stability.sd3-5-large-v1:0', edit, 2_000, { width: 3072, height: 3072 }).warnings).toEqual([]);
  });

  it('removes the background of images that are not too long', () => {
    const removal = { operation: 'edit', editType: 'background_removal' } as const;
    const model = 'stability.stable-image-remove-background-v1:0';
    expect(() => plan(model, removal, 2_000, { width: 1001, height: 400 })).toThrow('of at most 2.5:1');
    expect(plan(model, removal, 2_000, { width: 1000, height: 400 }).request.images).toHaveLength(1);
  });
});
