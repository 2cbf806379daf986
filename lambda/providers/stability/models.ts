import type { ParameterName, ParameterPolicy } from '../../domain/model.ts';
import type { ModelRow, ModelShelf } from '../shared/model-row.ts';

// Sources: platform.stability.ai/docs/api-reference as its public clients have it, which agree: tadasant/
// mcp-server-stability-ai `src/stabilityAi/` (fields, ratios, presets, formats), the npm package stability-ai 0.7.0
// (negative prompts and formats of sd3), ComfyUI `nodes_stability.py` (images for Ultra), the schemas of
// api-evangelist/stability-ai (limits).
// Not confirmed: whether the models of sd3 make webp, as one of these says and two don't.

const ratios = ['21:9', '16:9', '3:2', '5:4', '1:1', '4:5', '2:3', '9:16', '9:21'] as const;

const stylePresets = [
  ...['3d-model', 'analog-film', 'anime', 'cinematic', 'comic-book', 'digital-art', 'enhance', 'fantasy-art'],
  ...['isometric', 'line-art', 'low-poly', 'modeling-compound', 'neon-punk', 'origami', 'photographic', 'pixel-art'],
  'tile-texture',
];

const nothing = {
  size: 'dropped',
  aspect_ratio: 'dropped',
  resolution: 'dropped',
  background: 'dropped',
  quality: 'dropped',
  style: 'dropped',
  moderation: 'dropped',
  input_fidelity: 'dropped',
  partial_images: 'dropped',
  output_format: 'dropped',
  output_compression: 'dropped',
  num_inference_steps: 'dropped',
  seed: 'dropped',
  negative_prompt: 'dropped',
  user: 'dropped',
} as const satisfies Record<ParameterName, ParameterPolicy>;

const common = {
  editTypes: {
    // Its mask is white where ours is transparent, and padding is given in pixels, for which the contract has no field.
    inpainting: 'none',
    outpainting: 'none',
    background_removal: 'none',
  },
  imagesPerRequest: 1,
  inputImages: 1,
  mask: 'none',
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'standard', hd: 'hd' },
  timeoutSeconds: 180,
} as const satisfies Partial<ModelRow>;

/** What makes images from words. About a megapixel each, in the shape that is asked for. */
const generator = {
  ...common,
  operations: { generation: 'native', edit: 'native', variation: 'emulated' },
  sizes: { kind: 'ratios', ratios },
  parameters: {
    ...nothing,
    size: 'mapped',
    aspect_ratio: 'sent',
    // Dropped by name: there is only one.
    resolution: 'mapped',
    style: 'mapped',
    seed: 'sent',
    negative_prompt: 'sent',
    output_format: 'sent',
  },
  values: { style: stylePresets },
  // How far an edit may go from its image, 0 to 1.
  extras: ['strength'],
} as const satisfies Partial<ModelRow>;

/** The models of Stable Diffusion 3.5. Their edits keep the shape of the image, and are refused with another one. */
const diffusion = {
  ...generator,
  editSizes: { kind: 'input' },
  values: { ...generator.values, output_format: ['png', 'jpeg'] },
  extras: [...generator.extras, 'cfg_scale'],
} as const satisfies Partial<ModelRow>;

export const stabilityShelf: ModelShelf = {
  models: [
    { ...generator, model: 'stable-image-ultra', typicalSeconds: 12 },
    {
      ...generator,
      model: 'stable-image-core',
      // It takes no image.
      operations: { generation: 'native', edit: 'none', variation: 'none' },
      inputImages: 0,
      extras: [],
      typicalSeconds: 6,
    },
    { ...diffusion, model: 'sd3.5-large', typicalSeconds: 10 },
    {
      ...diffusion,
      model: 'sd3.5-large-turbo',
      // The distilled models have never taken one.
      parameters: { ...diffusion.parameters, negative_prompt: 'dropped' },
      typicalSeconds: 6,
    },
    { ...diffusion, model: 'sd3.5-medium', typicalSeconds: 8 },
    {
      ...common,
      // A service rather than a model, under the last word of its address.
      model: 'remove-background',
      operations: { generation: 'none', edit: 'none', variation: 'none' },
      editTypes: { ...common.editTypes, background_removal: 'native' },
      sizes: { kind: 'input' },
      parameters: { ...nothing, size: 'mapped', aspect_ratio: 'mapped', resolution: 'mapped', output_format: 'sent' },
      // What has no transparency can't show the result.
      values: { output_format: ['png', 'webp'] },
      typicalSeconds: 6,
    },
  ],
  retired: [
    // Replaced by their successors on the same address on 17 April 2025.
    { model: 'sd3-large', successor: 'sd3.5-large' },
    { model: 'sd3-large-turbo', successor: 'sd3.5-large-turbo' },
    { model: 'sd3-medium', successor: 'sd3.5-medium' },
  ],
};
