import { describe, expect, it } from 'vitest';
import { azureModels } from '../../../lambda/contract/provider-endpoints.ts';
import { providerNames } from '../../../lambda/contract/provider-names.ts';
import { GatewayError } from '../../../lambda/domain/error-code.ts';
import { editTypes } from '../../../lambda/domain/generation.ts';
import { supportOf } from '../../../lambda/planning/emulations.ts';
import { planSize } from '../../../lambda/planning/plan-size.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';

const catalog = createCatalog({ openai: { baseUrl: 'https://api.openai.com/v1' } });

/** The catalogue of a stage with every provider that there is. */
const everything = createCatalog({
  ...Object.fromEntries(providerNames.map((name) => [name, { baseUrl: 'https://provider.example' }])),
  bedrock: { baseUrl: 'https://bedrock.example', region: 'us-west-2' },
  azure: {
    baseUrl: 'https://azure.example/openai',
    deployments: Object.fromEntries(azureModels.map((model) => [`my-${model}`, model])),
  },
});

function errorOf(name: string, stage = catalog): GatewayError {
  try {
    stage.resolve(name);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error(`${name} was resolved.`);
}

describe('createCatalog', () => {
  it('resolves the models of the stage', () => {
    expect(catalog.resolve('openai/gpt-image-2')).toEqual({ provider: 'openai', model: 'gpt-image-2' });
    for (const { provider, model } of catalog.models) {
      expect(catalog.resolve(`${provider}/${model}`)).toEqual({ provider, model });
    }
    expect(catalog.models.length).toBeGreaterThanOrEqual(3);
  });

  it('keeps the date of a snapshot, and gives it the abilities of its model', () => {
    const candidate = catalog.resolve('openai/gpt-image-2-2026-04-21');
    expect(candidate.model).toBe('gpt-image-2-2026-04-21');
    expect(catalog.specOf(candidate)?.model).toBe('gpt-image-2');
  });

  it.each([
    ['bfl/flux-2-pro', 'There is no provider "bfl" here. Choose from: openai.'],
    ['constructor/gpt-image-2', 'There is no provider "constructor" here. Choose from: openai.'],
    ['OpenAI/gpt-image-2', 'There is no provider "OpenAI" here. Choose from: openai.'],
  ])('refuses %s, naming the providers of the stage', (name, message) => {
    expect(errorOf(name)).toMatchObject({ code: 'unknown_provider', param: 'model', message });
  });

  it('refuses a provider that the code knows but the stage has not', () => {
    expect(errorOf('openai/gpt-image-2', createCatalog({}))).toMatchObject({
      code: 'unknown_provider',
      message: 'There is no provider "openai" here. No provider is configured.',
    });
  });

  it.each(['openai/gpt-image-3', 'openai/gpt-image-2.5', 'openai/a/b', 'openai/gpt-image-2-2026-4-1'])(
    'refuses %s, naming the models of the provider',
    (name) => {
      const error = errorOf(name);
      expect(error).toMatchObject({ code: 'invalid_value', param: 'model' });
      expect(error.message).toContain('openai/gpt-image-2, openai/gpt-image-2.5-sunburst');
    },
  );

  describe('of a model without a provider', () => {
    const baseUrl = 'https://provider.example';
    const azure = { baseUrl, deployments: { 'gpt-image-2': 'gpt-image-2' } } as const;
    const both = createCatalog({ openai: { baseUrl }, azure });

    it('resolves it where one provider alone has it, or its dated snapshot', () => {
      for (const model of ['gpt-image-2', 'gpt-image-2-2026-04-21']) {
        expect(catalog.resolve(model)).toEqual({ provider: 'openai', model });
      }
      expect(both.resolve('gpt-image-2.5-flare')).toEqual({ provider: 'openai', model: 'gpt-image-2.5-flare' });
    });

    it('lists the choices where several have it', () => {
      expect(errorOf('gpt-image-2', both)).toMatchObject({
        code: 'invalid_value',
        param: 'model',
        message: 'Several providers have a model "gpt-image-2". Choose from: openai/gpt-image-2, azure/gpt-image-2.',
      });
    });

    it('says how a model is given where none has it', () => {
      for (const model of ['gpt-image-3', 'constructor', 'x'.repeat(256)]) {
        const error = errorOf(model, both);
        expect(error).toMatchObject({ code: 'invalid_value', param: 'model' });
        expect(error.message).toContain('provider/model');
      }
    });

    it('names the successor of one that was taken away', () => {
      expect(errorOf('dall-e-3', both)).toMatchObject({ code: 'model_retired', param: 'model' });
      expect(errorOf('dall-e-3', both).message).toContain('openai/gpt-image-2');
    });
  });

  it.each(['/gpt-image-2', 'openai/', ''])('refuses %j for its form', (name) => {
    expect(errorOf(name)).toMatchObject({ code: 'invalid_value', param: 'model' });
  });

  it.each([
    ['openai/dall-e-2', 'openai/gpt-image-2'],
    ['openai/dall-e-3', 'openai/gpt-image-2'],
    ['openai/gpt-image-1', 'openai/gpt-image-2'],
    ['openai/gpt-image-1-2025-04-23', 'openai/gpt-image-2'],
    ['openai/gpt-image-1-mini', 'openai/gpt-image-2.6-flare'],
    ['openai/gpt-image-1.5', 'openai/gpt-image-2.6-flare'],
    ['openai/chatgpt-image-latest', 'openai/gpt-image-2.6-sunburst'],
  ])('refuses %s as retired, naming %s, which it serves', (name, successor) => {
    const error = errorOf(name);
    expect(error).toMatchObject({ code: 'model_retired', param: 'model' });
    expect(error.message).toBe(`${name} has been retired by its provider; use ${successor} instead.`);
    expect(catalog.resolve(successor)).toBeDefined();
  });

  it('repeats no endless name to its caller', () => {
    expect(errorOf(`openai/${'x'.repeat(5000)}`).message.length).toBeLessThan(400);
  });

  it('tells what each model serves', () => {
    expect(catalog.specOf(catalog.resolve('openai/gpt-image-2'))).toMatchObject({
      operations: { generation: 'native', edit: 'native', variation: 'emulated' },
      editTypes: { inpainting: 'native', outpainting: 'emulated', background_removal: 'none' },
    });
  });

  it('does not fail a job whose model has gone since it was accepted', () => {
    const gone = { provider: 'openai', model: 'gpt-image-1' };
    expect(catalog.specOf(gone)).toBeUndefined();
    expect(catalog.timing(gone)).toEqual({ typicalSeconds: 60, timeoutSeconds: 300, isPolled: false });
  });

  it('lets no model take longer than the stage allows', () => {
    const hasty = createCatalog({ openai: { baseUrl: 'https://api.openai.com/v1' } }, { maxTimeoutSeconds: 100 });
    for (const candidate of [...hasty.models, { provider: 'openai', model: 'gone' }]) {
      expect(hasty.timing(candidate).timeoutSeconds).toBe(100);
    }
    expect(hasty.specOf({ provider: 'openai', model: 'gpt-image-2' })?.timeoutSeconds).toBe(100);
  });

  it('serves the models of a compatible server beside those of the providers', () => {
    const endpoints = {
      openai: { baseUrl: 'https://api.openai.com/v1' },
      studio: { baseUrl: 'https://studio.example/v1', models: [{ model: 'acme/sdxl', timeoutSeconds: 60 }] },
    };
    const both = createCatalog(endpoints, { maxTimeoutSeconds: 100 });
    expect(both.resolve('studio/acme/sdxl')).toEqual({ provider: 'studio', model: 'acme/sdxl' });
    const timing = { typicalSeconds: 30, timeoutSeconds: 60, isPolled: false };
    expect(both.timing({ provider: 'studio', model: 'acme/sdxl' })).toEqual(timing);
    expect(both.models).toContainEqual({ provider: 'studio', model: 'acme/sdxl' });
    expect(errorOf('studio/sd3', both).message).toContain('Choose from: studio/acme/sdxl.');
    expect(errorOf('nobody/sd3', both).message).toContain('Choose from: openai, studio.');
  });

  it('gives the models that are gone, each with its successor', () => {
    expect(everything.retired).toContainEqual({ provider: 'openai', model: 'dall-e-3', successor: 'gpt-image-2' });
    expect(new Set(catalog.retired.map(({ provider }) => provider))).toEqual(new Set(['openai']));
  });

  it('has models of every provider', () => {
    expect(new Set(everything.models.map(({ provider }) => provider))).toEqual(new Set(providerNames));
  });

  it.each(everything.models)('has a sound row for $provider/$model', (candidate) => {
    const row = everything.specOf(candidate);
    if (!row) throw new Error('There is no row.');
    expect(everything.resolve(`${candidate.provider}/${candidate.model}`)).toEqual(candidate);
    expect(everything.timing(candidate)).toEqual({
      typicalSeconds: row.typicalSeconds,
      timeoutSeconds: row.timeoutSeconds,
      isPolled: ['bfl', 'fal', 'replicate'].includes(candidate.provider),
    });
    expect(row.typicalSeconds).toBeLessThan(row.timeoutSeconds);
    expect(planSize(row, { size: '1024x1024' })).toBeDefined();
    const promised = Object.entries(row.operations).filter(([, support]) => support !== 'none');
    for (const [operation] of promised) {
      expect(supportOf(row, operation as 'generation' | 'edit' | 'variation', undefined)).not.toBe('none');
    }
    for (const editType of editTypes) expect(supportOf(row, 'edit', editType)).toBe(row.editTypes[editType]);
    // A mask is of use to what edits by it alone, and to that it must be given.
    expect(row.mask === 'none').toBe(row.editTypes.inpainting === 'none');
  });
});
