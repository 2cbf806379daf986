import type { ParameterName, ParameterPolicy } from '../../domain/model.ts';
import type { ModelSpec } from '../../planning/model-spec.ts';
import { undocumentedRequest } from '../../planning/undocumented-request.ts';

/** What a model does that takes no parameter at all. */
export const dropped = {
  size: 'dropped',
  aspect_ratio: 'dropped',
  resolution: 'dropped',
  output_format: 'dropped',
  seed: 'dropped',
  num_inference_steps: 'dropped',
  quality: 'dropped',
  background: 'dropped',
  output_compression: 'dropped',
  moderation: 'dropped',
  user: 'dropped',
  input_fidelity: 'dropped',
  partial_images: 'dropped',
  style: 'dropped',
  negative_prompt: 'dropped',
} as const satisfies Record<ParameterName, ParameterPolicy>;

/** A model of any size, and with seeds. */
export const sized = {
  ...dropped,
  size: 'mapped',
  aspect_ratio: 'mapped',
  resolution: 'mapped',
  seed: 'sent',
} as const;

/** Defaults of all model specs. */
export const common = {
  editTypes: { inpainting: 'none', outpainting: 'none', background_removal: 'none' },
  imagesPerRequest: 1,
  inputImages: 1,
  // fal names no bound of a request; for what is large it recommends addresses (fal.ai/docs, fal CDN).
  inputLimits: { request: undocumentedRequest },
  // "URLs are the universal format", presigned ones among them: fal.ai/docs/documentation/model-apis/fal-cdn.
  takesAddresses: true,
  mask: 'none',
  parameters: sized,
  values: { output_format: ['jpeg', 'png'] },
  // None of them is ever sent.
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'standard', hd: 'hd' },
  // Of one HTTP exchange: the work itself runs asynchronously behind a ticket, bounded by the job's deadline.
  timeoutSeconds: 60,
} as const satisfies Partial<ModelSpec>;
