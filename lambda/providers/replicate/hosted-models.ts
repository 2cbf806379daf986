import type { ModelSpec } from '../../planning/model-spec.ts';
import { perImage, replicateBananaProPrice, replicateFlux3Price } from './prices.ts';
import { common, dropped, sized } from './row-defaults.ts';

// FLUX.3, and the models of other makers that public Replicate clients name most. Their pages document the fields, but
// not the values of enums: see `row-facts.ts`.

/** Generations and edits by prompt, with shapes as named values. */
const worded = {
  ...common,
  operations: { generation: 'native', edit: 'native', variation: 'emulated' },
  inputImages: 14,
  parameters: { ...dropped, size: 'mapped', aspect_ratio: 'sent', resolution: 'sent', output_format: 'mapped' },
  values: { output_format: ['jpeg', 'png'] },
} as const satisfies Partial<ModelSpec>;

const commonRatios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'] as const;
const googleResolutions = { '1K': 1024, '2K': 2048, '4K': 4096 } as const;

export const hostedModels: readonly ModelSpec[] = [
  {
    ...worded,
    model: 'black-forest-labs/flux-3-image',
    price: replicateFlux3Price,
    sizes: {
      kind: 'ratios',
      ratios: [
        ...['21:9', '2:1', '16:9', '3:2', '7:5', '4:3', '5:4', '1:1'],
        ...['4:5', '3:4', '5:7', '2:3', '9:16', '1:2', '9:21'],
      ],
      resolutions: { '768sq': 768, '1k': 1024, '1.5k': 1536, '2k': 2048, '4k': 4096 },
    },
    inputImages: 10,
    inputLimits: { minEdge: 256, maxPixels: 16_000_000, maxBytes: 20_000_000 },
    parameters: { ...worded.parameters, output_compression: 'mapped' },
    values: { output_format: ['jpeg', 'png', 'webp'] },
    extras: ['grounding', 'safety_tolerance'],
    typicalSeconds: 20,
  },
  {
    ...worded,
    model: 'google/nano-banana-2',
    sizes: { kind: 'ratios', ratios: [...commonRatios, '1:4', '4:1', '1:8', '8:1'], resolutions: googleResolutions },
    extras: ['google_search', 'image_search'],
    typicalSeconds: 15,
  },
  {
    ...worded,
    model: 'google/nano-banana-pro',
    price: replicateBananaProPrice,
    sizes: { kind: 'ratios', ratios: commonRatios, resolutions: googleResolutions },
    extras: ['safety_filter_level'],
    typicalSeconds: 30,
  },
  {
    ...worded,
    model: 'bytedance/seedream-4.5',
    price: perImage('bytedance/seedream-4.5', 0.04),
    sizes: {
      kind: 'ratios',
      ratios: ['1:1', '4:3', '3:4', '16:9', '9:16', '3:2', '2:3', '21:9'],
      resolutions: { '2K': 2048, '4K': 4096 },
    },
    parameters: { ...worded.parameters, resolution: 'mapped', output_format: 'dropped' },
    values: {},
    typicalSeconds: 15,
  },
  {
    ...common,
    model: 'qwen/qwen-image-2512',
    // Its use of an image is no edit by prompt, but an image-to-image by strength, and isn't offered.
    operations: { ...common.operations, generation: 'native' },
    sizes: {
      kind: 'free',
      multipleOf: 16,
      maxEdge: 2048,
      widestRatio: 4,
      minPixels: 262_144,
      maxPixels: 4_194_304,
    },
    inputImages: 0,
    parameters: {
      ...sized,
      output_format: 'mapped',
      output_compression: 'mapped',
      num_inference_steps: 'sent',
      negative_prompt: 'sent',
    },
    extras: ['guidance', 'go_fast'],
    typicalSeconds: 8,
  },
];
