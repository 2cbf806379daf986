import type { ParameterName, ParameterPolicy } from '../../domain/model.ts';
import type { ModelSpec } from '../../planning/model-spec.ts';

/** What a model does that takes no parameter at all. */
export const dropped = {
  size: 'dropped',
  aspect_ratio: 'dropped',
  resolution: 'dropped',
  output_format: 'dropped',
  output_compression: 'dropped',
  seed: 'dropped',
  num_inference_steps: 'dropped',
  negative_prompt: 'dropped',
  quality: 'dropped',
  background: 'dropped',
  moderation: 'dropped',
  user: 'dropped',
  input_fidelity: 'dropped',
  partial_images: 'dropped',
  style: 'dropped',
} as const satisfies Record<ParameterName, ParameterPolicy>;

/** Fitted to what the model makes: where that is always the size of the image, left out for this reason. */
export const fitted = { size: 'mapped', aspect_ratio: 'mapped', resolution: 'mapped' } as const;

/** A model that makes shapes, and takes seeds. */
export const sized = { ...dropped, ...fitted, seed: 'sent' } as const;

/** Defaults of all model specs. */
export const common = {
  operations: { generation: 'none', edit: 'none', variation: 'none' },
  editTypes: { inpainting: 'none', outpainting: 'none', background_removal: 'none' },
  imagesPerRequest: 1,
  inputImages: 1,
  // "up to 100MiB" in an upload (Replicate's OpenAPI document, files.create); each image is uploaded by itself.
  inputLimits: { maxBytes: 104_857_600 },
  // An https URL, a data URI or an upload: replicate.com/docs/topics/predictions/input-files.
  takesAddresses: true,
  mask: 'none',
  // None of them is ever sent.
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'standard', hd: 'hd' },
  // Of one HTTP exchange and the uploads before it: the work itself runs asynchronously behind a ticket, bounded by the
  // job's deadline.
  timeoutSeconds: 120,
} as const satisfies Partial<ModelSpec>;
