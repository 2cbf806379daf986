import { type BedrockModelName, bedrockIdOf, bedrockModelsIn } from '../../contract/bedrock-models.ts';
import type { ProviderOffer } from '../../contract/provider-offers.ts';
import type { InputLimits } from '../../domain/images/input-limits.ts';
import type { RetiredModel } from '../../domain/model.ts';
import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import {
  inpaintService,
  outpaintService,
  removeBackgroundService,
  stabilityGenerator,
  stabilityInputs,
  widestInput,
} from '../formats/stability-rows.ts';
import { perImage } from './prices.ts';

// Stability's models on Amazon Bedrock. Sources: the AWS user guide, pages stable-image-services,
// model-parameters-diffusion-3-5-large and those of Core and Ultra (fields, shapes, the values of `finish_reasons`);
// kalleeh/bedrock-image-mcp-server `models/stable_image_models.py` (Core and Ultra reject images and style presets, and
// output png and jpeg alone, tested against Bedrock); christoferson/streamlit-demo (shapes and pixels of input images).
// Not confirmed: whether Stable Diffusion 3.5 outputs webp; whether a filtered image or a failed model is charged;
// typical latencies. Callers write the model's own id; the adapter adds the inference profile, which some models
// require. Left out: services that match no operation of the gateway, such as the upscalers, or that need fields of
// their own, such as search-and-replace.

/**
 * The most that InvokeModel takes in one request, image, mask and texts together.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
const inputLimits: InputLimits = { ...stabilityInputs, request: { maxBytes: 25_000_000, sends: 'base64' } };

const generator = {
  ...stabilityGenerator,
  operations: { generation: 'native', edit: 'none', variation: 'none' },
  inputImages: 0,
  values: { output_format: ['png', 'jpeg'] },
} as const satisfies Partial<ModelSpec>;

const rows: Readonly<Record<BedrockModelName, Omit<ModelSpec, 'model'>>> = {
  'stability.stable-image-ultra-v1:1': { ...generator, price: perImage(0.14), typicalSeconds: 15 },
  'stability.stable-image-core-v1:1': { ...generator, price: perImage(0.04), typicalSeconds: 6 },
  'stability.sd3-5-large-v1:0': {
    ...generator,
    operations: { generation: 'native', edit: 'native', variation: 'emulated' },
    editSizes: { kind: 'input' },
    inputImages: 1,
    inputLimits,
    // How far an edit may go from its image, 0 to 1.
    extras: ['strength'],
    price: perImage(0.08),
    typicalSeconds: 10,
  },
  'stability.stable-image-inpaint-v1:0': { ...inpaintService, inputLimits, price: perImage(0.07) },
  'stability.stable-outpaint-v1:0': {
    ...outpaintService,
    inputLimits: { ...inputLimits, widestRatio: widestInput },
    price: perImage(0.06),
  },
  'stability.stable-image-remove-background-v1:0': {
    ...removeBackgroundService,
    inputLimits: { ...inputLimits, widestRatio: widestInput },
    price: perImage(0.07),
  },
};

/** Amazon's own models of images, and the first generations of Stability's, with the next of kin of each. */
const retired: readonly (RetiredModel & { readonly successor: BedrockModelName })[] = [
  // Nova Canvas has been gone since 30 September 2026, the second Titan since 30 June 2026, the first for longer.
  { model: 'amazon.nova-canvas-v1:0', successor: 'stability.stable-image-ultra-v1:1' },
  { model: 'amazon.titan-image-generator-v2:0', successor: 'stability.stable-image-core-v1:1' },
  { model: 'amazon.titan-image-generator-v1', successor: 'stability.stable-image-core-v1:1' },
  // AWS's list of models has none of these any more; when each of them went could not be confirmed.
  { model: 'stability.stable-image-ultra-v1:0', successor: 'stability.stable-image-ultra-v1:1' },
  { model: 'stability.stable-image-core-v1:0', successor: 'stability.stable-image-core-v1:1' },
  { model: 'stability.sd3-large-v1:0', successor: 'stability.sd3-5-large-v1:0' },
  { model: 'stability.stable-diffusion-xl-v1', successor: 'stability.stable-image-core-v1:1' },
  { model: 'stability.stable-diffusion-xl-v1:0', successor: 'stability.stable-image-core-v1:1' },
  { model: 'stability.stable-diffusion-xl-v0', successor: 'stability.stable-image-core-v1:1' },
];

/** The models that can be called from the stage's region, and the retired ones whose successor can be. */
export function bedrockModelsOf({ region }: ProviderOffer): ProviderModels {
  const served = bedrockModelsIn(region);
  return {
    models: served.map((model) => ({ ...rows[model], model, deployment: bedrockIdOf(model) })),
    retired: retired.filter(({ successor }) => served.includes(successor)),
  };
}
