import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import { undocumentedRequest } from '../../planning/undocumented-request.ts';
import { grokImagine2Price, grokImaginePrice } from './prices.ts';

// Sources: docs.x.ai/developers/model-capabilities/images (generation, editing, multi-image editing; March and May
// 2026) for fields, ratios, resolutions and the three input images; xai-org/xai-sdk-python `src/xai_sdk/image.py` for
// the same and for `respect_moderation`; docs.x.ai/developers/migration/imagine-image-quality-nov-2 (retirements, and
// that the 2.0 model alone has `quality`, five input images and two ratios more). That its qualities are low and medium
// is what resellers' schemas say (comfy.org, replicate.com); docs.x.ai/developers/models for the 20 MiB of an image, which
// it says of image inputs as such. Not confirmed: what decides where no quality is sent; how large a request may be.

/** What the models of the Grok Imagine line have in common. */
const grokImagine = {
  operations: { generation: 'native', edit: 'native', variation: 'emulated' },
  // Edits follow the prompt alone: no model takes a mask, or gives transparency.
  editTypes: { inpainting: 'none', outpainting: 'none', background_removal: 'none' },
  sizes: {
    kind: 'ratios',
    ratios: '1:1 3:4 4:3 9:16 16:9 2:3 3:2 9:19.5 19.5:9 9:20 20:9 1:2 2:1'.split(' '),
    resolutions: { '1k': 1024, '2k': 2048 },
  },
  imagesPerRequest: 10,
  inputImages: 3,
  inputLimits: { maxBytes: 20_971_520, request: undocumentedRequest },
  // "Public URL or base64 data URI": docs.x.ai/developers/model-capabilities/images/editing.
  takesAddresses: true,
  mask: 'none',
  parameters: {
    size: 'mapped',
    aspect_ratio: 'sent',
    resolution: 'sent',
    user: 'sent',
    quality: 'dropped',
    background: 'dropped',
    input_fidelity: 'dropped',
    partial_images: 'dropped',
    style: 'dropped',
    moderation: 'dropped',
    // The API has no such field; what it makes is JPEG.
    output_format: 'dropped',
    output_compression: 'dropped',
    num_inference_steps: 'dropped',
    seed: 'dropped',
    negative_prompt: 'dropped',
  },
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'standard', hd: 'hd' },
  typicalSeconds: 10,
  timeoutSeconds: 180,
} as const satisfies Omit<ModelSpec, 'model'>;

export const xaiModels: ProviderModels = {
  models: [
    { ...grokImagine, model: 'grok-imagine-image', price: grokImaginePrice },
    {
      ...grokImagine,
      model: 'grok-imagine-image-2.0',
      sizes: { ...grokImagine.sizes, ratios: [...grokImagine.sizes.ratios, '21:9', '5:2'] },
      inputImages: 5,
      parameters: { ...grokImagine.parameters, quality: 'mapped' },
      qualities: { auto: 'auto', high: 'medium', medium: 'medium', low: 'low', standard: 'medium', hd: 'medium' },
      price: grokImagine2Price,
      typicalSeconds: 15,
    },
  ],
  retired: [
    // The model before the line, which took no size and no image.
    { model: 'grok-2-image', successor: 'grok-imagine-image' },
    { model: 'grok-2-image-1212', successor: 'grok-imagine-image' },
    // xAI still answers to both names, since 2 November 2026 with another model at another price.
    { model: 'grok-imagine-image-quality', successor: 'grok-imagine-image-2.0' },
    { model: 'grok-imagine-image-pro', successor: 'grok-imagine-image-2.0' },
  ],
};
