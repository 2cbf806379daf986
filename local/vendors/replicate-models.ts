/**
 * The input schemas of Replicate's models, as far as the simulator plays them. Sources:
 * replicate.com/<model>/versions/…/api, and the npm package @aeye/replicate for the values of enums.
 */

import { hostedModels } from './replicate-hosted-models.ts';
import type { FieldRule, ReplicateModel } from './replicate-model.ts';

const seed = { from: 0, to: 4_294_967_295 } as const;
const percent = { from: 0, to: 100 } as const;
const three = ['webp', 'jpg', 'png'] as const;
const flux1Ratios = ['1:1', '16:9', '21:9', '3:2', '2:3', '4:5', '5:4', '3:4', '4:3', '9:16', '9:21'];

const flux1 = {
  seed,
  megapixels: ['1', '0.25'],
  num_outputs: { from: 1, to: 4 },
  aspect_ratio: flux1Ratios,
  output_format: three,
  output_quality: percent,
  disable_safety_checker: 'flag',
} as const;

export const replicateModels: Readonly<Record<string, ReplicateModel>> = {
  'black-forest-labs/flux-2-pro': {
    fields: {
      prompt: 'text',
      input_images: { images: 8 },
      aspect_ratio: [
        ...['match_input_image', 'custom', '1:1', '16:9', '3:2', '2:3', '4:5', '5:4', '9:16', '3:4', '4:3'],
      ],
      resolution: ['match_input_image', '0.5 MP', '1 MP', '2 MP', '4 MP'],
      width: { from: 256, to: 2048 },
      height: { from: 256, to: 2048 },
      seed,
      output_format: three,
      output_quality: percent,
      safety_tolerance: { from: 1, to: 5 },
    },
    needs: ['prompt'],
    single: true,
  },
  'black-forest-labs/flux-schnell': {
    fields: { ...flux1, prompt: 'text', go_fast: 'flag', num_inference_steps: { from: 1, to: 4 } },
    needs: ['prompt'],
  },
  'black-forest-labs/flux-kontext-pro': {
    fields: {
      prompt: 'text',
      input_image: 'image',
      aspect_ratio: [
        ...['match_input_image', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5', '5:4', '21:9', '9:21'],
        ...['2:1', '1:2'],
      ],
      seed,
      output_format: ['jpg', 'png'],
      safety_tolerance: { from: 0, to: 6 },
      prompt_upsampling: 'flag',
    },
    needs: ['prompt'],
    single: true,
  },
  'black-forest-labs/flux-redux-dev': {
    fields: { ...flux1, redux_image: 'image', guidance: 'number', num_inference_steps: { from: 1, to: 50 } },
    needs: ['redux_image'],
    draws: 'variation',
  },
  'black-forest-labs/flux-fill-pro': {
    fields: {
      prompt: 'text',
      image: 'image',
      mask: 'image',
      outpaint: 'text',
      seed,
      steps: { from: 15, to: 50 },
      guidance: 'number',
      output_format: ['jpg', 'png'],
      safety_tolerance: { from: 1, to: 6 },
      prompt_upsampling: 'flag',
    },
    needs: ['prompt', 'image'],
    single: true,
    draws: 'fill',
  },
  ...hostedModels,
  'bria/expand-image': {
    fields: {
      image: 'image',
      image_url: 'text',
      prompt: 'text',
      negative_prompt: 'text',
      seed,
      aspect_ratio: ['none', '1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9'],
      canvas_size: 'pair',
      original_image_size: 'pair',
      original_image_location: 'pair',
      preserve_alpha: 'flag',
      sync: 'flag',
      content_moderation: 'flag',
    },
    needs: ['image'],
    single: true,
    draws: 'expansion',
  },
  'bria/remove-background': {
    fields: { image: 'image', image_url: 'text', preserve_alpha: 'flag', content_moderation: 'flag' },
    needs: ['image'],
    single: true,
    draws: 'cutout',
  },
};

/** The message about a field that violates its rule; undefined where it is valid. */
export function brokenRule(rule: FieldRule, value: unknown): string | undefined {
  if (rule === 'text' || rule === 'image') return typeof value === 'string' ? undefined : 'Must be a string';
  if (rule === 'flag') return typeof value === 'boolean' ? undefined : 'Must be a boolean';
  if (rule === 'number') return typeof value === 'number' ? undefined : 'Must be a number';
  if (rule === 'pair') return isPair(value) ? undefined : 'Must be an array of two integers';
  if (isEnum(rule)) return rule.includes(String(value)) ? undefined : `Must be one of ${rule.join(', ')}`;
  if ('images' in rule) {
    return Array.isArray(value) && value.length <= rule.images ? undefined : `Must be at most ${rule.images} images`;
  }
  const isWithin = Number.isInteger(value) && Number(value) >= rule.from && Number(value) <= rule.to;
  return isWithin ? undefined : `Must be an integer of ${rule.from} to ${rule.to}`;
}

const isEnum = (rule: FieldRule): rule is readonly string[] => Array.isArray(rule);

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((each) => Number.isInteger(each));
