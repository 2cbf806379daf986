import type { ReplicateModel } from './replicate-model.ts';

/**
 * The input schemas of models that Replicate hosts for other makers. Sources: the models' pages at replicate.com, and
 * their makers'.
 */

const googleRatios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const flux3Ratios = ['21:9', '2:1', '16:9', '3:2', '7:5', '4:3', '5:4', '1:1', '4:5', '3:4', '5:7', '2:3', '9:16'];
const google = {
  prompt: 'text',
  image_input: { images: 14 },
  resolution: ['1K', '2K', '4K'],
  output_format: ['jpg', 'png'],
} as const;

export const hostedModels: Readonly<Record<string, ReplicateModel>> = {
  'black-forest-labs/flux-3-image': {
    fields: {
      prompt: 'text',
      images: { images: 10 },
      aspect_ratio: ['auto', ...flux3Ratios, '1:2', '9:21'],
      resolution: ['768sq', '1k', '1.5k', '2k', '4k'],
      grounding: 'flag',
      safety_tolerance: { from: 0, to: 4 },
      output_format: ['webp', 'jpg', 'png'],
      output_quality: { from: 0, to: 100 },
    },
    needs: ['prompt'],
  },
  'google/nano-banana-2': {
    fields: {
      ...google,
      aspect_ratio: ['match_input_image', ...googleRatios, '1:4', '4:1', '1:8', '8:1'],
      google_search: 'flag',
      image_search: 'flag',
    },
    needs: ['prompt'],
    single: true,
  },
  'google/nano-banana-pro': {
    fields: {
      ...google,
      aspect_ratio: ['match_input_image', ...googleRatios],
      safety_filter_level: ['block_low_and_above', 'block_medium_and_above', 'block_only_high'],
    },
    needs: ['prompt'],
    single: true,
  },
  'bytedance/seedream-4.5': {
    fields: {
      prompt: 'text',
      image_input: { images: 14 },
      size: ['2K', '4K', 'custom'],
      aspect_ratio: ['match_input_image', '1:1', '4:3', '3:4', '16:9', '9:16', '3:2', '2:3', '21:9'],
      sequential_image_generation: ['disabled', 'auto'],
      max_images: { from: 1, to: 15 },
    },
    needs: ['prompt'],
  },
  'qwen/qwen-image-2512': {
    fields: {
      prompt: 'text',
      negative_prompt: 'text',
      image: 'image',
      strength: 'number',
      aspect_ratio: ['custom', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3'],
      width: { from: 256, to: 2048 },
      height: { from: 256, to: 2048 },
      guidance: 'number',
      num_inference_steps: { from: 20, to: 50 },
      go_fast: 'flag',
      seed: { from: 0, to: 2_147_483_647 },
      output_format: ['webp', 'jpg', 'png'],
      output_quality: { from: 0, to: 100 },
    },
    needs: ['prompt'],
  },
};
