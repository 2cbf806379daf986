import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import { undocumentedRequest } from '../../planning/undocumented-request.ts';
import { flux2ProPrice, perMegapixel } from './prices.ts';

// Sources: docs.together.ai/docs/inference/images (parameters, reference-images) and
// docs.together.ai/docs/quickstart-flux; togethercomputer/together-typescript `src/resources/images.ts`. Those pages
// have no size bounds: these keep within what Black Forest Labs gives for FLUX.2 (multiples of 16, up to 4 megapixels),
// and are not confirmed for Together; nor do they say how large input images may be. Kontext and Schnell models are left out: they take shapes as named values that
// Together doesn't list.

/** What the FLUX.2 models have in common. */
const flux2 = {
  operations: { generation: 'native', edit: 'native', variation: 'emulated' },
  // Edits follow the prompt alone: no model takes a mask.
  editTypes: { inpainting: 'none', outpainting: 'none', background_removal: 'none' },
  sizes: {
    kind: 'free',
    multipleOf: 16,
    maxEdge: 1920,
    widestRatio: 3,
    minPixels: 65_536,
    maxPixels: 3_686_400,
  },
  // "Number of images to generate (1-4)".
  imagesPerRequest: 4,
  inputImages: 8,
  inputLimits: { request: undocumentedRequest },
  // `reference_images` are documented as addresses: docs.together.ai/docs/inference/images.
  takesAddresses: true,
  mask: 'none',
  parameters: {
    size: 'mapped',
    aspect_ratio: 'mapped',
    resolution: 'mapped',
    output_format: 'sent',
    seed: 'sent',
    num_inference_steps: 'dropped',
    // The API has the field, FLUX.2 has no use for it.
    negative_prompt: 'dropped',
    quality: 'dropped',
    background: 'dropped',
    output_compression: 'dropped',
    input_fidelity: 'dropped',
    partial_images: 'dropped',
    style: 'dropped',
    moderation: 'dropped',
    user: 'dropped',
  },
  values: { output_format: ['png', 'jpeg'] },
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'standard', hd: 'hd' },
  typicalSeconds: 10,
  timeoutSeconds: 180,
} as const satisfies Omit<ModelSpec, 'model'>;

/** The models whose steps and guidance can be set. */
const adjustable = {
  ...flux2,
  parameters: { ...flux2.parameters, num_inference_steps: 'mapped' },
  extras: ['guidance_scale'],
} as const;

export const togetherModels: ProviderModels = {
  models: [
    { ...flux2, model: 'black-forest-labs/FLUX.2-pro', price: flux2ProPrice },
    { ...adjustable, model: 'black-forest-labs/FLUX.2-flex', price: perMegapixel(0.03), typicalSeconds: 15 },
    { ...adjustable, model: 'black-forest-labs/FLUX.2-dev', price: perMegapixel(0.0154) },
    {
      ...flux2,
      model: 'black-forest-labs/FLUX.2-max',
      // The page on reference images names the other three alone.
      operations: { generation: 'native', edit: 'none', variation: 'none' },
      price: perMegapixel(0.07),
      typicalSeconds: 20,
    },
  ],
  retired: [],
};
