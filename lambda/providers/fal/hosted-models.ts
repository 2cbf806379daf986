import type { ModelSpec } from '../../planning/model-spec.ts';
import { falBanana2Price, falBananaProPrice, perImage } from './prices.ts';
import { common, sized } from './row-defaults.ts';

// Models of other makers than FLUX's and Bria's, which public galleries and gateways offer beside FLUX
// (vercel.com/ai-gateway/models, docs.link-ai.tech); usage numbers aren't published. `row-facts.ts` has the sources of
// their fields. Where a model's page names no max number of images, requests are limited to one.

const hosted = {
  ...common,
  operations: { generation: 'native', edit: 'native', variation: 'emulated' },
} as const satisfies Partial<ModelSpec>;

const ratios = ['21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16'] as const;

/** Google's models, which take shapes and resolutions as named values. */
const banana = {
  ...hosted,
  // fal.ai/models/fal-ai/nano-banana-pro/llms.txt
  imagesPerRequest: 4,
  inputImages: 14,
  parameters: { ...sized, aspect_ratio: 'sent', resolution: 'sent', output_format: 'sent' },
  values: { output_format: ['jpeg', 'png', 'webp'] },
  extras: ['safety_tolerance', 'enable_web_search', 'limit_generations'],
} as const satisfies Partial<ModelSpec>;

const seedream = {
  ...hosted,
  inputImages: 10,
  extras: ['enable_safety_checker'],
  typicalSeconds: 15,
} as const satisfies Partial<ModelSpec>;

/** fal bounds the pixels alone; the edges and the shape are those of a picture of 4K. */
const seedreamSizes = {
  kind: 'free',
  multipleOf: 16,
  maxEdge: 4096,
  widestRatio: 4,
  minPixels: 3_686_400,
  maxPixels: 16_777_216,
} as const;

export const hostedModels: readonly ModelSpec[] = [
  {
    ...banana,
    model: 'fal-ai/nano-banana-2',
    price: falBanana2Price,
    sizes: {
      kind: 'ratios',
      ratios: [...ratios, '4:1', '1:4', '8:1', '1:8'],
      resolutions: { '0.5K': 512, '1K': 1024, '2K': 2048, '4K': 4096 },
    },
    extras: [...banana.extras, 'thinking_level'],
    typicalSeconds: 15,
  },
  {
    ...banana,
    model: 'fal-ai/nano-banana-pro',
    price: falBananaProPrice,
    sizes: { kind: 'ratios', ratios, resolutions: { '1K': 1024, '2K': 2048, '4K': 4096 } },
    typicalSeconds: 30,
  },
  {
    ...seedream,
    model: 'fal-ai/bytedance/seedream/v4.5',
    price: perImage('fal-ai/bytedance/seedream/v4.5', 0.04),
    sizes: seedreamSizes,
  },
  {
    ...seedream,
    model: 'fal-ai/bytedance/seedream/v5/lite',
    price: perImage('fal-ai/bytedance/seedream/v5/lite', 0.035),
    sizes: { ...seedreamSizes, maxPixels: 9_437_184 },
    parameters: { ...sized, seed: 'dropped' },
  },
  {
    ...hosted,
    model: 'fal-ai/qwen-image-2',
    price: perImage('fal-ai/qwen-image-2', 0.035),
    sizes: {
      kind: 'free',
      multipleOf: 16,
      maxEdge: 2048,
      widestRatio: 4,
      minPixels: 262_144,
      maxPixels: 4_194_304,
    },
    inputImages: 3,
    inputLimits: { ...common.inputLimits, minEdge: 384, maxPixels: 25_000_000, maxBytes: 10_000_000 },
    parameters: { ...sized, output_format: 'sent', negative_prompt: 'sent' },
    values: { output_format: ['jpeg', 'png', 'webp'] },
    extras: ['enable_safety_checker', 'enable_prompt_expansion'],
    typicalSeconds: 10,
  },
];
