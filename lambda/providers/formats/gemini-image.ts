import type { RetiredModel } from '../../domain/model.ts';
import type { ModelSpec } from '../../planning/model-spec.ts';
import {
  gemini3ProPrice,
  gemini31FlashLitePrice,
  gemini31FlashPrice,
  nanoBanana21Price,
} from './gemini-image-prices.ts';

// Sources: Google's reference of `generateContent` and googleapis/js-genai `src/types.ts` (ImageConfig, FinishReason)
// for fields and values; ai.google.dev's pages of the models and of deprecations (2026) for what exists until when. The
// four long ratios and `512` of gemini-3.1-flash-image come from third parties that pass its parameters through.
// gemini-nano-banana-2.1 (6 October 2026): tanstack/ai release @tanstack/ai-gemini 0.36.0 (fourteen ratios, 1K to 4K,
// no `512`), and docs.laozhang.ai's page of it (the same, with 14 input images). gemini-3.1-flash-image is deprecated
// since that day: Google names no end, and others disagree on one. Not confirmed: how long the newer one takes, and at
// which of Vertex AI's locations it is. Not confirmed: whether gemini-2.5-flash-image really stopped on its day. Requests
// with inline images may have 100 MB (20 MB until January 2026):
// blog.google/innovation-and-ai/technology/developers-tools/gemini-api-new-file-limits.

const commonRatios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'] as const;
const longRatios = ['1:4', '4:1', '1:8', '8:1'] as const;

/** What Gemini's image models have in common: they take instructions as text, and no mask. */
const geminiImage = {
  operations: { generation: 'native', edit: 'native', variation: 'emulated' },
  // Only the prompt could say where to edit, and no answer has transparency.
  editTypes: { inpainting: 'none', outpainting: 'none', background_removal: 'none' },
  imagesPerRequest: 1,
  inputImages: 14,
  inputLimits: { request: { maxBytes: 100_000_000, sends: 'base64' } },
  mask: 'none',
  parameters: {
    size: 'mapped',
    aspect_ratio: 'sent',
    resolution: 'sent',
    // Taken, though the same seed doesn't promise the same image.
    seed: 'sent',
    // Only Vertex AI lets the caller choose the type of the answer.
    output_format: 'dropped',
    output_compression: 'dropped',
    background: 'dropped',
    quality: 'dropped',
    style: 'dropped',
    moderation: 'dropped',
    input_fidelity: 'dropped',
    partial_images: 'dropped',
    num_inference_steps: 'dropped',
    negative_prompt: 'dropped',
    user: 'dropped',
  },
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'standard', hd: 'hd' },
  timeoutSeconds: 300,
} as const satisfies Omit<ModelSpec, 'model' | 'sizes' | 'typicalSeconds'>;

/** The rows of Gemini's image models, wherever they are served. */
export const geminiImageModels: readonly ModelSpec[] = [
  {
    ...geminiImage,
    model: 'gemini-nano-banana-2.1',
    // It has no `512`, which is a 400.
    sizes: {
      kind: 'ratios',
      ratios: [...commonRatios, ...longRatios],
      resolutions: { '1K': 1024, '2K': 2048, '4K': 4096 },
    },
    price: nanoBanana21Price,
    typicalSeconds: 12,
  },
  {
    ...geminiImage,
    model: 'gemini-3.1-flash-image',
    sizes: {
      kind: 'ratios',
      ratios: [...commonRatios, ...longRatios],
      resolutions: { '512': 512, '1K': 1024, '2K': 2048, '4K': 4096 },
    },
    price: gemini31FlashPrice,
    typicalSeconds: 12,
  },
  {
    ...geminiImage,
    model: 'gemini-3-pro-image',
    sizes: { kind: 'ratios', ratios: commonRatios, resolutions: { '1K': 1024, '2K': 2048, '4K': 4096 } },
    price: gemini3ProPrice,
    typicalSeconds: 30,
  },
  {
    ...geminiImage,
    model: 'gemini-3.1-flash-lite-image',
    // Its page promises fourteen ratios and lists these ten.
    sizes: { kind: 'ratios', ratios: commonRatios, resolutions: { '1K': 1024 } },
    price: gemini31FlashLitePrice,
    typicalSeconds: 5,
  },
];

/** What Google has taken away, wherever it was served. */
export const retiredGoogleModels: readonly RetiredModel[] = [
  // The previews ended on 25 June 2026, a month after the models themselves had come; on Vertex AI on 17 July.
  { model: 'gemini-3.1-flash-image-preview', successor: 'gemini-nano-banana-2.1' },
  { model: 'gemini-3-pro-image-preview', successor: 'gemini-3-pro-image' },
  // Announced to end on 2 October 2026.
  { model: 'gemini-2.5-flash-image', successor: 'gemini-nano-banana-2.1' },
  { model: 'gemini-2.5-flash-image-preview', successor: 'gemini-nano-banana-2.1' },
  // All Imagen models had ended by 17 August 2026.
  { model: 'imagen-4.0-generate-001', successor: 'gemini-nano-banana-2.1' },
  { model: 'imagen-4.0-ultra-generate-001', successor: 'gemini-3-pro-image' },
  { model: 'imagen-4.0-fast-generate-001', successor: 'gemini-3.1-flash-lite-image' },
  { model: 'imagen-3.0-generate-002', successor: 'gemini-nano-banana-2.1' },
];
