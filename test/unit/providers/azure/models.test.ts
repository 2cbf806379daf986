import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { Submission } from '../../../../lambda/domain/generation.ts';
import type { ImageType } from '../../../../lambda/domain/images/image.ts';
import { createPlanRequest } from '../../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';
import { inputImage } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const baseUrl = 'https://resource.openai.azure.com/openai';
const catalog = createCatalog({ azure: { baseUrl, deployments: { east: 'gpt-image-2', older: 'gpt-image-1.5' } } });

function plan(model: string, changes: Partial<Submission>, type: ImageType = 'png') {
  const submission = {
    operation: 'generation',
    prompt: 'a kite',
    n: 1,
    parameters: {},
    extra: {},
    ...changes,
  } as const;
  const images = submission.operation === 'edit' ? [{ ...inputImage('a', pngBytes(100)), type }] : [];
  const { request, warnings } = createPlanRequest(catalog.specOf)(
    { provider: 'azure', model },
    submission,
    images,
    undefined,
  );
  return { request, warned: warnings.map(({ code, param }) => [code, param]) };
}

describe('azureModelsOf', () => {
  it('knows the qualities above high of the 2.5 models alone', () => {
    const newer = createCatalog({
      azure: { baseUrl, deployments: { sun: 'gpt-image-2.5-sunburst', flare: 'gpt-image-2.5-flare' } },
    });
    const qualityOf = (model: string) => newer.specOf({ provider: 'azure', model })?.qualities;
    expect([qualityOf('sun'), qualityOf('flare')]).toMatchObject([{ max: 'max' }, { xhigh: 'xhigh' }]);
    expect(plan('east', { parameters: { quality: 'max' } }).request.parameters.quality).toBe('high');
  });

  it('offers the deployments of the stage, and nothing else', () => {
    expect(catalog.models).toEqual([
      { provider: 'azure', model: 'east' },
      { provider: 'azure', model: 'older' },
    ]);
    expect(() => catalog.resolve('azure/gpt-image-2')).toThrow(/Choose from: azure\/east, azure\/older\./);
    expect(createCatalog({ azure: { baseUrl } }).models).toEqual([]);
  });

  it('plans a deployment as the model behind it', () => {
    expect(plan('east', { parameters: { size: '2048x1152' } }).request).toMatchObject({
      model: 'east',
      size: { width: 2048, height: 1152 },
    });
    expect(plan('older', { parameters: { size: '2048x1152' } })).toMatchObject({
      request: { model: 'older', size: { width: 1536, height: 1024 } },
      warned: [['size_adjusted', 'size']],
    });
  });

  it('leaves out what Azure has not, with a warning each', () => {
    const parameters = { output_format: 'webp', output_compression: 50, moderation: 'low' } as const;
    expect(plan('east', { parameters })).toMatchObject({
      request: { parameters: {} },
      warned: [
        ['param_dropped', 'moderation'],
        ['param_dropped', 'output_format'],
        ['param_dropped', 'output_compression'],
      ],
    });
    const jpeg = { output_format: 'jpeg', output_compression: 50 } as const;
    expect(plan('east', { parameters: jpeg })).toMatchObject({ request: { parameters: jpeg }, warned: [] });
  });

  it('refuses an input in WebP before it is sent', () => {
    for (const type of ['png', 'jpeg'] as const) expect(plan('east', { operation: 'edit' }, type).warned).toEqual([]);
    let thrown: unknown;
    try {
      plan('east', { operation: 'edit' }, 'webp');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ProviderFailure);
    expect(thrown).toMatchObject({
      kind: 'unsupported',
      param: 'image',
      message: 'east takes png and jpeg images, not webp.',
    });
  });
});
