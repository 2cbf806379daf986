import type { ProviderModels } from '../../planning/model-spec.ts';
import { hostedModels } from './hosted-models.ts';
import { perImage, replicateFlux2Price } from './prices.ts';
import { common, dropped, fitted, sized } from './row-defaults.ts';

// Official models alone, which are called by name and billed per image. Sources: the input schemas at
// replicate.com/<model>/versions/…/api (flux-2-pro, flux-fill-pro, flux-kontext-pro, bria/expand-image,
// bria/remove-background), and types made from the schemas in public code (the npm package @aeye/replicate: the values
// of their enums, flux-schnell, flux-redux-dev). That flux-2-pro takes eight images, and that bria/expand-image has a
// ratio `none` for a custom canvas, is from other public copies of their schemas (2026). The bounds of flux-2-pro's
// `width` and `height` are those of flux-2-flex, whose page spells them out. Not confirmed: typical times; the price of
// a failed prediction. Left out because no schema could be confirmed: flux-2-max, flux-dev and its image input,
// variations with flux-1.1-pro. `disable_safety_checker` isn't offered.

/** The shapes of the open models of FLUX.1, and their two resolutions, in megapixels. */
const flux1Sizes = {
  kind: 'ratios',
  ratios: ['1:1', '16:9', '21:9', '3:2', '2:3', '4:5', '5:4', '3:4', '4:3', '9:16', '9:21'],
  resolutions: { '1': 1024, '0.25': 512 },
} as const;

const flux1 = {
  ...common,
  sizes: flux1Sizes,
  imagesPerRequest: 4,
  parameters: { ...sized, output_format: 'sent', output_compression: 'mapped', num_inference_steps: 'sent' },
} as const;

export const replicateModels: ProviderModels = {
  models: [
    {
      ...common,
      model: 'black-forest-labs/flux-2-pro',
      price: replicateFlux2Price,
      operations: { generation: 'native', edit: 'native', variation: 'emulated' },
      sizes: {
        kind: 'free',
        multipleOf: 32,
        maxEdge: 2048,
        widestRatio: 4,
        minPixels: 262_144,
        maxPixels: 4_194_304,
      },
      inputImages: 8,
      parameters: { ...sized, output_format: 'sent', output_compression: 'mapped' },
      extras: ['safety_tolerance'],
      typicalSeconds: 8,
    },
    {
      ...flux1,
      model: 'black-forest-labs/flux-schnell',
      price: perImage('black-forest-labs/flux-schnell', 0.003),
      operations: { ...common.operations, generation: 'native' },
      inputImages: 0,
      extras: ['go_fast'],
      typicalSeconds: 2,
    },
    {
      ...common,
      model: 'black-forest-labs/flux-kontext-pro',
      price: perImage('black-forest-labs/flux-kontext-pro', 0.04),
      operations: { generation: 'native', edit: 'native', variation: 'emulated' },
      sizes: {
        kind: 'ratios',
        ratios: ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5', '5:4', '21:9', '9:21', '2:1', '1:2'],
      },
      parameters: { ...sized, output_format: 'sent' },
      values: { output_format: ['jpeg', 'png'] },
      extras: ['safety_tolerance', 'prompt_upsampling'],
      typicalSeconds: 6,
    },
    {
      ...flux1,
      model: 'black-forest-labs/flux-redux-dev',
      price: perImage('black-forest-labs/flux-redux-dev', 0.025),
      takesPrompt: false,
      operations: { ...common.operations, variation: 'native' },
      extras: ['guidance'],
      typicalSeconds: 6,
    },
    {
      ...common,
      model: 'black-forest-labs/flux-fill-pro',
      price: perImage('black-forest-labs/flux-fill-pro', 0.05),
      editTypes: { ...common.editTypes, inpainting: 'native', outpainting: 'emulated' },
      sizes: { kind: 'input' },
      mask: 'white',
      parameters: { ...dropped, ...fitted, seed: 'sent', output_format: 'sent', num_inference_steps: 'mapped' },
      values: { output_format: ['jpeg', 'png'] },
      extras: ['guidance', 'safety_tolerance', 'prompt_upsampling'],
      typicalSeconds: 10,
    },
    {
      ...common,
      model: 'bria/expand-image',
      price: perImage('bria/expand-image', 0.04),
      editTypes: { ...common.editTypes, outpainting: 'native' },
      outpaintingLimits: { pixels: 25_000_000 },
      sizes: { kind: 'input' },
      parameters: { ...dropped, ...fitted, seed: 'sent', negative_prompt: 'sent' },
      extras: ['preserve_alpha', 'content_moderation'],
      typicalSeconds: 8,
    },
    {
      ...common,
      model: 'bria/remove-background',
      price: perImage('bria/remove-background', 0.018),
      takesPrompt: false,
      editTypes: { ...common.editTypes, background_removal: 'native' },
      sizes: { kind: 'input' },
      parameters: dropped,
      extras: ['preserve_alpha', 'content_moderation'],
      typicalSeconds: 5,
    },
    ...hostedModels,
  ],
  retired: [],
};
