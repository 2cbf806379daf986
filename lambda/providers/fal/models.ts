import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import { endpointIdsOf } from './endpoints.ts';
import { hostedModels } from './hosted-models.ts';
import { falFlux2Price, perImage, perMegapixel } from './prices.ts';
import { common, dropped, sized } from './row-defaults.ts';

// Sources: fal.ai/docs/model-api-reference/image-generation-api (FLUX.2 [pro] and its edits; FLUX.1 Kontext [pro] and
// its text-to-image; Bria Expand), the llms.txt pages of fal.ai/models (flux-1/dev/redux, flux-pro/v1/fill,
// bria/expand, bria/background/remove), and public copies of flux/dev's schema. fal doesn't document the bounds of
// `{width, height}` for each model: the bounds here are those of the models at their maker. The max number of images of
// flux-2-pro/edit is from a reseller's copy of its schema. Left out because their schemas could not be confirmed:
// flux-pro/kontext/max as text-to-image, birefnet, flux/dev/redux under its old name. Not confirmed by fal: that
// flux-pro/v1/fill edits white areas, which is so at its maker and in public clients; that bria/expand keeps an image's
// pixels where the request has the image's own size.

const flux1Sizes = {
  kind: 'free',
  multipleOf: 32,
  maxEdge: 1536,
  widestRatio: 4,
  minPixels: 262_144,
  maxPixels: 2_097_152,
} as const;

const models: readonly ModelSpec[] = [
  {
    ...common,
    model: 'fal-ai/flux-2-pro',
    price: falFlux2Price,
    operations: { generation: 'native', edit: 'native', variation: 'emulated' },
    sizes: { ...flux1Sizes, multipleOf: 16, maxEdge: 2048, maxPixels: 4_194_304 },
    inputImages: 3,
    parameters: { ...sized, output_format: 'sent' },
    extras: ['safety_tolerance', 'enable_safety_checker'],
    typicalSeconds: 8,
  },
  {
    ...common,
    model: 'fal-ai/flux/dev',
    price: perMegapixel('fal-ai/flux/dev', 0.025),
    operations: { generation: 'native', edit: 'none', variation: 'none' },
    sizes: flux1Sizes,
    imagesPerRequest: 4,
    parameters: { ...sized, output_format: 'sent', num_inference_steps: 'sent' },
    extras: ['guidance_scale', 'enable_safety_checker', 'acceleration'],
    typicalSeconds: 5,
  },
  {
    ...common,
    model: 'fal-ai/flux-1/dev/redux',
    price: perMegapixel('fal-ai/flux-1/dev/redux', 0.025),
    takesPrompt: false,
    operations: { generation: 'none', edit: 'none', variation: 'native' },
    sizes: flux1Sizes,
    parameters: { ...sized, num_inference_steps: 'sent' },
    extras: ['guidance_scale'],
    typicalSeconds: 5,
  },
  {
    ...common,
    model: 'fal-ai/flux-pro/kontext',
    price: perImage('fal-ai/flux-pro/kontext', 0.04),
    operations: { generation: 'native', edit: 'native', variation: 'emulated' },
    sizes: { kind: 'ratios', ratios: ['21:9', '16:9', '4:3', '3:2', '1:1', '2:3', '3:4', '9:16', '9:21'] },
    imagesPerRequest: 4,
    parameters: { ...sized, output_format: 'sent' },
    extras: ['guidance_scale', 'safety_tolerance', 'enhance_prompt'],
    typicalSeconds: 8,
  },
  {
    ...common,
    model: 'fal-ai/flux-pro/v1/fill',
    price: perMegapixel('fal-ai/flux-pro/v1/fill', 0.05),
    operations: { generation: 'none', edit: 'none', variation: 'none' },
    editTypes: { ...common.editTypes, inpainting: 'native' },
    sizes: { kind: 'input' },
    imagesPerRequest: 4,
    mask: 'white',
    parameters: { ...sized, output_format: 'sent' },
    extras: ['safety_tolerance'],
    typicalSeconds: 10,
  },
  {
    ...common,
    model: 'fal-ai/bria/expand',
    price: perImage('fal-ai/bria/expand', 0.04),
    operations: { generation: 'none', edit: 'none', variation: 'none' },
    editTypes: { ...common.editTypes, outpainting: 'native' },
    outpaintingLimits: { pixels: 24_999_999 },
    sizes: { kind: 'input' },
    parameters: { ...sized, negative_prompt: 'sent' },
    typicalSeconds: 10,
  },
  {
    ...common,
    model: 'fal-ai/bria/background/remove',
    price: perImage('fal-ai/bria/background/remove', 0.018),
    takesPrompt: false,
    operations: { generation: 'none', edit: 'none', variation: 'none' },
    editTypes: { ...common.editTypes, background_removal: 'native' },
    sizes: { kind: 'input' },
    parameters: dropped,
    typicalSeconds: 5,
  },
];

export const falModels: ProviderModels = {
  models: [...models, ...hostedModels].map((row) => ({ ...row, deployment: endpointIdsOf(row.model) })),
  retired: [],
};
