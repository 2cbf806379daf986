import type { ModelSpec } from '../../planning/model-spec.ts';

/**
 * What OpenAI's models of the gpt-image-2 line have in common, wherever they are served. Sources: the API reference of
 * the image endpoints and openai/openai-node `src/resources/images.ts` (21 August 2026).
 */
export const gptImage = {
  operations: {
    generation: 'native',
    edit: 'native',
    // The variations endpoint has had no model since DALL·E 2.
    variation: 'emulated',
  },
  editTypes: {
    // The mask is guidance to the model: it may touch pixels beside it.
    inpainting: 'native',
    // They have neither of their own, but fill a padded canvas by its mask, and make transparent pictures.
    outpainting: 'emulated',
    background_removal: 'emulated',
  },
  sizes: {
    kind: 'free',
    multipleOf: 16,
    maxEdge: 3840,
    widestRatio: 3,
    minPixels: 655_360,
    maxPixels: 8_294_400,
  },
  imagesPerRequest: 10,
  isGptImage: true,
  inputImages: 16,
  // "Less than 50MB" and "less than 4MB", read as powers of ten. No bound of all images together is documented, and forms
  // are streamed.
  inputLimits: { maxBytes: 50_000_000, maxMaskBytes: 4_000_000 },
  mask: 'alpha',
  parameters: {
    size: 'sent',
    aspect_ratio: 'mapped',
    resolution: 'mapped',
    quality: 'mapped',
    background: 'sent',
    output_format: 'sent',
    output_compression: 'sent',
    moderation: 'sent',
    user: 'sent',
    // These models always work at high fidelity.
    input_fidelity: 'dropped',
    // In a stream of one image.
    partial_images: 'sent',
    style: 'dropped',
    num_inference_steps: 'dropped',
    seed: 'dropped',
    negative_prompt: 'dropped',
  },
  conditions: [{ param: 'output_compression', needs: { param: 'output_format', oneOf: ['jpeg', 'webp'] } }],
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'medium', hd: 'high' },
  values: { moderation: ['low', 'auto'] },
  timeoutSeconds: 300,
} as const satisfies Omit<ModelSpec, 'model' | 'typicalSeconds'>;

/** The two above `high` were added with gpt-image-2.5: docs.oxen.ai on that model; vercel/ai#20474 requests them. */
export const gptImage25Qualities = { ...gptImage.qualities, xhigh: 'xhigh', max: 'max' } as const;
