import type { InputLimits } from '../../domain/images/input-limits.ts';
import type { ParameterName, ParameterPolicy } from '../../domain/model.ts';
import type { ModelSpec } from '../../planning/model-spec.ts';

// What Stability's models and services have in common, wherever they are hosted. Sources:
// platform.stability.ai/docs/api-reference as its public clients have it, which agree: tadasant/mcp-server-stability-ai
// `src/stabilityAi/` (fields, ratios, presets, formats), the schemas of api-evangelist/stability-ai (limits),
// kalleeh/bedrock-image-mcp-server `models/stability_models.py` (fields and ranges of inpaint and outpaint),
// roboflow/inference (outpaint). Not confirmed: that inpaint takes images of any shape, for which only the other
// services name a limit; that outpaint takes no negative prompt, as in the reference but not in one client.

/** The aspect ratios of text-to-image. */
const ratios = ['21:9', '16:9', '3:2', '5:4', '1:1', '4:5', '2:3', '9:16', '9:21'] as const;

export const stylePresets = [
  ...['3d-model', 'analog-film', 'anime', 'cinematic', 'comic-book', 'digital-art', 'enhance', 'fantasy-art'],
  ...['isometric', 'line-art', 'low-poly', 'modeling-compound', 'neon-punk', 'origami', 'photographic', 'pixel-art'],
  'tile-texture',
];

const nothingTaken = {
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

/** Each side has 64 pixels at least, so that the fewest are 4,096. */
export const stabilityInputs = { minEdge: 64, maxPixels: 9_437_184 } as const satisfies InputLimits;

const common = {
  editTypes: { inpainting: 'none', outpainting: 'none', background_removal: 'none' },
  imagesPerRequest: 1,
  inputImages: 1,
  mask: 'none',
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'standard', hd: 'hd' },
  timeoutSeconds: 180,
} as const satisfies Partial<ModelSpec>;

/** Text-to-image models: about a megapixel per image, in the requested aspect ratio. */
export const stabilityGenerator = {
  ...common,
  sizes: { kind: 'ratios', ratios },
  parameters: {
    ...nothingTaken,
    size: 'mapped',
    aspect_ratio: 'sent',
    // Dropped by name: there is only one.
    resolution: 'mapped',
    seed: 'sent',
    negative_prompt: 'sent',
    output_format: 'sent',
  },
} as const satisfies Partial<ModelSpec>;

/** A service that does one kind of edit, which keeps the size of its image or extends it. */
const service = {
  ...common,
  operations: { generation: 'none', edit: 'none', variation: 'none' },
  sizes: { kind: 'input' },
  parameters: {
    ...nothingTaken,
    size: 'mapped',
    aspect_ratio: 'mapped',
    resolution: 'mapped',
    output_format: 'sent',
  },
} as const satisfies Partial<ModelSpec>;

/** Repaints the masked area: a greyscale mask, white where the image is edited. */
export const inpaintService = {
  ...service,
  editTypes: { ...common.editTypes, inpainting: 'native' },
  mask: 'white',
  parameters: { ...service.parameters, seed: 'sent', negative_prompt: 'sent' },
  // By how many pixels the mask grows softly, 0 to 20; the contract has no style for edits, but these have one.
  extras: ['grow_mask', 'style_preset'],
  typicalSeconds: 12,
} as const satisfies Partial<ModelSpec>;

/** Extends an image by a number of pixels on each side. The max size of the result is undocumented. */
export const outpaintService = {
  ...service,
  editTypes: { ...common.editTypes, outpainting: 'native' },
  parameters: { ...service.parameters, seed: 'sent' },
  outpaintingLimits: { eachSide: 2000 },
  // How freely it invents, 0 to 1.
  extras: ['creativity', 'style_preset'],
  typicalSeconds: 15,
} as const satisfies Partial<ModelSpec>;

export const removeBackgroundService = {
  ...service,
  takesPrompt: false,
  editTypes: { ...common.editTypes, background_removal: 'native' },
  // What has no transparency can't show the result.
  values: { output_format: ['png', 'webp'] },
  typicalSeconds: 6,
} as const satisfies Partial<ModelSpec>;

/** How many times its short side the long one of an image may be, for outpainting and background removal. */
export const widestInput = 2.5;
