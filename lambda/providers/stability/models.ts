import type { InputLimits } from '../../domain/images/input-limits.ts';
import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import {
  inpaintService,
  outpaintService,
  removeBackgroundService,
  stabilityGenerator,
  stabilityInputs,
  stylePresets,
  widestInput,
} from '../formats/stability-rows.ts';
import { perCredits } from './prices.ts';

// Sources: those of formats/stability-rows.ts; the npm package stability-ai 0.7.0 (negative prompts and formats of
// sd3), ComfyUI `nodes_stability.py` (images for Ultra). Not confirmed: whether the models of sd3 output webp, as one
// of these says and two don't; whether outpaint outputs anything but png, which
// one reseller's copy of it doesn't. Left out: services that match no operation of the gateway, such as the upscalers,
// and replace-background-and-relight, whose prompt describes only a new background.

/** A request is limited to 10 MiB, text fields and a mask included; beyond, the answer is a 413. */
const inputLimits: InputLimits = { ...stabilityInputs, request: { maxBytes: 10_485_760, sends: 'bytes' } };

const generator = {
  ...stabilityGenerator,
  operations: { generation: 'native', edit: 'native', variation: 'emulated' },
  inputLimits,
  parameters: { ...stabilityGenerator.parameters, style: 'mapped' },
  values: { style: stylePresets },
  // How far an edit may go from its image, 0 to 1.
  extras: ['strength'],
} as const satisfies Partial<ModelSpec>;

/** The models of Stable Diffusion 3.5. Their edits keep the shape of the image, and are refused with another one. */
const diffusion = {
  ...generator,
  editSizes: { kind: 'input' },
  values: { ...generator.values, output_format: ['png', 'jpeg'] },
  extras: [...generator.extras, 'cfg_scale'],
} as const satisfies Partial<ModelSpec>;

export const stabilityModels: ProviderModels = {
  models: [
    { ...generator, model: 'stable-image-ultra', price: perCredits(8), typicalSeconds: 12 },
    {
      ...generator,
      model: 'stable-image-core',
      // It takes no image.
      operations: { generation: 'native', edit: 'none', variation: 'none' },
      inputImages: 0,
      extras: [],
      price: perCredits(3),
      typicalSeconds: 6,
    },
    { ...diffusion, model: 'sd3.5-large', price: perCredits(6.5), typicalSeconds: 10 },
    {
      ...diffusion,
      model: 'sd3.5-large-turbo',
      // The distilled models have never taken one.
      parameters: { ...diffusion.parameters, negative_prompt: 'dropped' },
      price: perCredits(4),
      typicalSeconds: 6,
    },
    { ...diffusion, model: 'sd3.5-medium', price: perCredits(3.5), typicalSeconds: 8 },
    // Services rather than models, each under the last word of its address.
    { ...inpaintService, model: 'inpaint', inputLimits, price: perCredits(5) },
    {
      ...outpaintService,
      model: 'outpaint',
      inputLimits: { ...inputLimits, widestRatio: widestInput },
      price: perCredits(4),
    },
    {
      ...removeBackgroundService,
      model: 'remove-background',
      inputLimits: { ...inputLimits, widestRatio: widestInput },
      price: perCredits(5),
    },
  ],
  retired: [
    // Replaced by their successors on the same address on 17 April 2025.
    { model: 'sd3-large', successor: 'sd3.5-large' },
    { model: 'sd3-large-turbo', successor: 'sd3.5-large-turbo' },
    { model: 'sd3-medium', successor: 'sd3.5-medium' },
  ],
};
