import { describe, expect, it } from 'vitest';
import type { CompatibleModel, CompatibleServer } from '../../lambda/contract/compatible-server.ts';
import { brokenServers } from '../../lib/compatible-server-rules.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import { plainStage, synthesizeStage } from './synthesized-stage.ts';

const studio: CompatibleServer = { baseUrl: 'https://studio.example/v1', models: [{ model: 'sdxl' }] };
const broken = (name: string, changes: Partial<CompatibleServer> = {}) =>
  brokenServers({ [name]: { ...studio, ...changes } });
const brokenModel = (changes: Partial<CompatibleModel>) =>
  broken('studio', { models: [{ model: 'sdxl', ...changes }] });

describe('resolveStage', () => {
  it('counts compatible servers among the providers of the stage', () => {
    expect(resolveStage({ ...plainStage, compatibleServers: { studio } }).providers).toEqual({
      openai: { baseUrl: 'https://api.openai.com/v1' },
      studio,
    });
    expect(resolveStage({ ...plainStage, providers: {}, compatibleServers: { studio } }).providers).toEqual({ studio });
  });

  it('refuses a server that can not work, by its place in the settings', () => {
    const compatibleServers = { openai: studio, studio: { ...studio, models: [] } };
    expect(() => resolveStage({ ...plainStage, compatibleServers })).toThrow(
      /compatibleServers\.openai[\s\S]*compatibleServers\.studio\.models is empty/,
    );
  });

  it('gives the worker the server and its key, and no other', () => {
    const stage = synthesizeStage({ compatibleServers: { studio } });
    const { PROVIDERS } = stage.one('AWS::Lambda::Function', 'ProcessJobFunction').Environment.Variables;
    expect(JSON.parse(PROVIDERS)).toMatchObject({ studio });
    expect(stage.text).toContain('parameter/darkroom/test/providers/studio');
    expect(synthesizeStage().text).not.toContain('providers/studio');
  });
});

describe('brokenServers', () => {
  it.each<[what: string, changes: Partial<CompatibleServer>]>([
    ['all defaults', {}],
    ['http on this machine', { baseUrl: 'http://127.0.0.1:4100/v1' }],
    ['http where it is meant', { baseUrl: 'http://10.0.0.7:8080/v1', plainHttp: true }],
    ['private hosts of results', { resultHosts: ['10.0.0.7:8080', 'studio.internal:443', '[fd12::7]:9000'] }],
    ['a rate', { requestsPerMinute: 6000 }],
    ['a server without response_format', { responseFormat: 'none', imageField: 'image[]' }],
    [
      'a model with all it can have',
      {
        models: [
          {
            model: 'acme/sdxl:turbo',
            operations: ['generation', 'variation'],
            sizes: ['640x480'],
            imagesPerRequest: 1,
            inputImages: 16,
            mask: false,
            parameters: ['quality', 'lora_scale'],
            typicalSeconds: 5,
            price: { usdPerImage: 0 },
            timeoutSeconds: 60,
          },
        ],
      },
    ],
  ])('takes %s', (_what, changes) => expect(broken('my-studio2', changes)).toEqual([]));

  it.each(['openai', 'Studio', 'my_studio', 'studio-', '-studio', '2studio', 'my--studio', 'a/b', '', 'x'.repeat(31)])(
    'refuses the name %j',
    (name) => expect(broken(name)).toEqual([expect.stringContaining('name')]),
  );

  it.each<[place: string, changes: Partial<CompatibleServer>]>([
    ['studio.baseUrl', { baseUrl: 'http://studio.example/v1' }],
    ['studio.requestsPerMinute', { requestsPerMinute: 6001 }],
    ['studio.requestsPerMinute', { requestsPerMinute: 0 }],
    ['studio.baseUrl', { baseUrl: 'http://10.0.0.7/v1' }],
    ['studio.baseUrl', { baseUrl: 'ftp://studio.example/v1', plainHttp: true }],
    ['studio.baseUrl', { baseUrl: 'https://studio.example/v1/' }],
    ['studio.baseUrl', { baseUrl: 'https://studio.example/v1?key=1' }],
    ['studio.baseUrl', { baseUrl: 'studio.example' }],
    ['studio.models', { models: [] }],
    ['studio.models', { models: [{ model: 'sdxl' }, { model: 'sdxl' }] }],
    ['studio.responseFormat', { responseFormat: 'png' as 'url' }],
    ['studio.imageField', { imageField: 'picture' as 'image' }],
    ['studio.resultHosts', { resultHosts: ['10.0.0.7'] }],
    ['studio.resultHosts', { resultHosts: ['http://10.0.0.7:80'] }],
    ['studio.resultHosts', { resultHosts: ['Studio.internal:80'] }],
    ['studio.resultHosts', { resultHosts: ['10.7:80'] }],
    ['studio.resultHosts', { resultHosts: ['*:443'] }],
    ['studio.resultHosts', { resultHosts: ['a:b@studio.internal:80'] }],
    ['studio.resultHosts', { resultHosts: ['studio.internal:65536'] }],
  ])('refuses a %s that can not work: %o', (place, changes) => {
    expect(broken('studio', changes)).toEqual([expect.stringContaining(`compatibleServers.${place}`)]);
  });

  it.each<[word: string, changes: Partial<CompatibleModel>]>([
    ['name', { model: '' }],
    ['name', { model: 'two words' }],
    ['operations', { operations: [] }],
    ['operations', { operations: ['upscale' as 'edit'] }],
    ['sizes', { sizes: [] }],
    ['sizes', { sizes: ['large'] }],
    ['imagesPerRequest', { imagesPerRequest: 11 }],
    ['inputImages', { inputImages: 0 }],
    ['typicalSeconds', { typicalSeconds: 1.5 }],
    ['typicalSeconds', { typicalSeconds: 60, timeoutSeconds: 30 }],
    ['timeoutSeconds', { timeoutSeconds: 901 }],
    ['price.usdPerImage', { price: { usdPerImage: -0.01 } }],
    ['price.usdPerImage', { price: { usdPerImage: 100.01 } }],
    ['price.usdPerImage', { price: { usdPerImage: Number.NaN } }],
    ['price.usdPerImage', { price: {} as { usdPerImage: number } }],
    ['prompt', { parameters: ['seed', 'prompt'] }],
    ['response_format', { parameters: ['response_format'] }],
    ['bad name', { parameters: ['bad name'] }],
  ])('refuses %s of a model that can not work: %o', (word, changes) => {
    expect(brokenModel(changes)).toEqual([expect.stringContaining(word)]);
  });

  it('repeats no credential of an address', () => {
    const [sentence] = broken('studio', { baseUrl: 'https://user:hunter2@studio.example/v1' });
    expect(sentence).toContain('without credentials');
    expect(sentence).not.toContain('hunter2');
  });
});
