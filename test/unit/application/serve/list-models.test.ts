import { describe, expect, it } from 'vitest';
import { listModels } from '../../../../lambda/application/serve/list-models.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';
import { sampleCaller } from '../../../support/api-fixture.ts';

const catalog = createCatalog({
  openai: { baseUrl: 'https://openai.example' },
  xai: { baseUrl: 'https://xai.example' },
});

const namesFor = (providers: Readonly<Record<string, readonly string[]>>) =>
  listModels(catalog, providers).map(({ candidate }) => `${candidate.provider}/${candidate.model}`);

const all = catalog.models.map(({ provider, model }) => `${provider}/${model}`);

describe(listModels, () => {
  it('gives every model of the stage to a key that may use all', () => {
    expect(namesFor({ '*': ['*'] })).toEqual(all);
    expect(all.length).toBeGreaterThan(4);
  });

  it.each([
    [{ openai: ['*'] }, all.filter((name) => name.startsWith('openai/'))],
    [{ '*': ['*'], openai: ['gpt-image-2'] }, all.filter((name) => !name.startsWith('openai/gpt-image-2.'))],
    [{ openai: ['gpt-image-2', 'dall-e-3'], bfl: ['*'] }, ['openai/gpt-image-2']],
    [{ '*': ['*'], xai: [] }, all.filter((name) => name.startsWith('openai/'))],
    [{}, []],
  ])('gives a key with %j no others', (providers, names) => {
    expect(namesFor(providers)).toEqual(names);
  });

  it('gives what each model can do', () => {
    const [first] = listModels(catalog, sampleCaller().providers);
    expect(first?.capabilities).toEqual(catalog.specOf({ provider: 'openai', model: 'gpt-image-2' }));
  });
});
