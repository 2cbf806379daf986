import type { ListedModel, ModelList } from '../contract/model-list.ts';
import type { ModelCapabilities, OfferedModel, SizePolicy } from '../domain/model.ts';
import { pricingBody } from './model-pricing.ts';

/** The models in the contract's fields, in their given order. */
export const modelListBody = (models: readonly OfferedModel[]): ModelList => ({
  object: 'list',
  data: models.map(modelBody),
});

/** One model, as an entry of the list. */
export const modelBody = ({ candidate: { provider, model }, capabilities }: OfferedModel): ListedModel => ({
  id: `${provider}/${model}`,
  object: 'model',
  created: 0,
  owned_by: provider,
  pricing: capabilities.price === undefined ? null : pricingBody(capabilities.price),
  capabilities: capabilitiesBody(capabilities),
});

const capabilitiesBody = (row: ModelCapabilities): ListedModel['capabilities'] => ({
  operations: row.operations,
  edit_types: row.editTypes,
  sizes: sizesBody(row.sizes),
  images_per_request: row.imagesPerRequest,
  input_images: row.inputImages,
  mask: row.mask !== 'none',
  streams: row.isGptImage === true,
  parameters: row.parameters,
  typical_seconds: row.typicalSeconds,
  ...(row.retiresOn === undefined ? {} : { retires_on: row.retiresOn }),
});

function sizesBody(sizes: SizePolicy): ListedModel['capabilities']['sizes'] {
  switch (sizes.kind) {
    case 'free':
      return {
        kind: 'free',
        multiple_of: sizes.multipleOf,
        longest_edge: sizes.maxEdge,
        widest_ratio: sizes.widestRatio,
        fewest_pixels: sizes.minPixels,
        most_pixels: sizes.maxPixels,
      };
    case 'listed':
      return { kind: 'listed', sizes: [...sizes.sizes] };
    case 'ratios':
      return {
        kind: 'ratios',
        ratios: [...sizes.ratios],
        ...(sizes.resolutions === undefined ? {} : { resolutions: sizes.resolutions }),
      };
    case 'input':
      return { kind: 'input' };
  }
}
