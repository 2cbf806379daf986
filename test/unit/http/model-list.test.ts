import { describe, expect, it } from 'vitest';
import { modelListSchema } from '../../../lambda/contract/model-list.ts';
import { providerNames } from '../../../lambda/contract/provider-names.ts';
import type { OfferedModel, SizePolicy } from '../../../lambda/domain/model.ts';
import { modelBody, modelListBody } from '../../../lambda/http/model-list.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';

const baseUrl = 'https://provider.example';
const catalog = createCatalog({
  ...Object.fromEntries(providerNames.map((name) => [name, { baseUrl }])),
  azure: { baseUrl, deployments: { mine: 'gpt-image-2' } },
  studio: { baseUrl, models: [{ model: 'acme/sdxl' }] },
});

const offered = catalog.models.flatMap((candidate): OfferedModel[] => {
  const capabilities = catalog.specOf(candidate);
  return capabilities ? [{ candidate, capabilities }] : [];
});

const [sample] = offered;
if (!sample) throw new Error('The catalogue is empty.');

const shown = (changes: Partial<OfferedModel['capabilities']>) =>
  modelListBody([{ ...sample, capabilities: { ...sample.capabilities, ...changes } }]).data[0]?.capabilities;

describe(modelBody, () => {
  it('shows a model as it stands in the list', () => {
    expect(offered.map(modelBody)).toEqual(modelListBody(offered).data);
  });
});

describe(modelListBody, () => {
  it('has exactly the members of the contract, for every model there is', () => {
    const body = modelListBody(offered);
    expect(modelListSchema.parse(body)).toEqual(body);
    expect(body.data.map(({ id }) => id)).toEqual(catalog.models.map(({ provider, model }) => `${provider}/${model}`));
    expect(body.data.find(({ id }) => id === 'studio/acme/sdxl')).toMatchObject({ owned_by: 'studio', created: 0 });
  });

  it('shows what each model costs, and null for one whose price is unknown', () => {
    const { data } = modelListBody(offered);
    const priceOf = (name: string) => data.find(({ id }) => id === name)?.pricing;
    expect(priceOf('stability/inpaint')).toMatchObject({ kind: 'image', images: [{ usd: 0.05 }], currency: 'USD' });
    expect(priceOf('bfl/flux-2-pro')).toMatchObject({ kind: 'megapixel', first_usd: 0.03, further_usd: 0.015 });
    expect(priceOf('azure/mine')).toMatchObject({ kind: 'tokens', per_million_tokens: { image_output_usd: 30 } });
    expect(priceOf('studio/acme/sdxl')).toBeNull();
  });

  it.each<[SizePolicy, object]>([
    [
      { kind: 'free', multipleOf: 16, maxEdge: 3840, widestRatio: 3, minPixels: 655_360, maxPixels: 8_294_400 },
      {
        kind: 'free',
        multiple_of: 16,
        longest_edge: 3840,
        widest_ratio: 3,
        fewest_pixels: 655_360,
        most_pixels: 8_294_400,
      },
    ],
    [
      { kind: 'listed', sizes: ['512x512'] },
      { kind: 'listed', sizes: ['512x512'] },
    ],
    [
      { kind: 'ratios', ratios: ['1:1'], resolutions: { '1k': 1024 } },
      { kind: 'ratios', ratios: ['1:1'], resolutions: { '1k': 1024 } },
    ],
    [
      { kind: 'ratios', ratios: ['1:1'] },
      { kind: 'ratios', ratios: ['1:1'] },
    ],
    [{ kind: 'input' }, { kind: 'input' }],
  ])('words the sizes %j', (sizes, words) => {
    expect(shown({ sizes })?.sizes).toEqual(words);
  });

  it('says whether there is a mask, and when a model goes', () => {
    expect(shown({ mask: 'white', retiresOn: '2027-01-31' })).toMatchObject({ mask: true, retires_on: '2027-01-31' });
    expect(shown({ mask: 'none' })).toMatchObject({ mask: false });
    expect(shown({})).not.toHaveProperty('retires_on');
  });
});
