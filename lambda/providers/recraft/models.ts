import type { ParameterName, ParameterPolicy } from '../../domain/model.ts';
import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import { undocumentedRequest } from '../../planning/undocumented-request.ts';
import { perImage } from './prices.ts';

// Sources: recraft.ai/docs/api-reference, pages appendix (sizes), models, endpoints, tools/image-to-image, tools/remix,
// tools/inpainting, tools/outpainting and tools/remove-background (which parameters go with which model, input images,
// n). Not confirmed: that jpeg is no `image_format`, of which those pages name png and webp alone; which models make
// variations, for which they name the field `model` and no values; whether models beside recraftv3 inpaint and
// outpaint; that the mask's field in JSON is `mask_url`, as the image's is `image_url`; that an edit keeps the size of
// its image, for which there is no field. Models that answer with vectors, or that always need a style of the
// customer's own, are left out.

const nothing = {
  size: 'mapped',
  aspect_ratio: 'mapped',
  resolution: 'mapped',
  background: 'dropped',
  quality: 'dropped',
  style: 'dropped',
  moderation: 'dropped',
  input_fidelity: 'dropped',
  partial_images: 'dropped',
  // As `image_format`.
  output_format: 'mapped',
  output_compression: 'dropped',
  num_inference_steps: 'dropped',
  seed: 'dropped',
  negative_prompt: 'dropped',
  user: 'dropped',
} as const satisfies Record<ParameterName, ParameterPolicy>;

const common = {
  editTypes: { inpainting: 'none', outpainting: 'none', background_removal: 'none' },
  imagesPerRequest: 6,
  inputImages: 1,
  // "No more than 10 MB in size, … no more than 16 MP, max dimension no more than 4096 pixels and min dimension no less
  // than 256 pixels": the pages of the tools. They name no bound of a request in JSON.
  inputLimits: {
    ...{ minEdge: 256, maxEdge: 4096, maxPixels: 16_000_000, maxBytes: 10_000_000 },
    request: undocumentedRequest,
  },
  // "A public URL or a data URL": recraft.ai/docs/api-reference/image-inputs-and-results.
  takesAddresses: true,
  mask: 'none',
  values: { output_format: ['png', 'webp'] },
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'standard', hd: 'hd' },
  timeoutSeconds: 180,
} as const satisfies Partial<ModelSpec>;

/** Generations, and edits by image and prompt: edits have no field for a size. */
const generator = {
  ...common,
  operations: { generation: 'native', edit: 'native', variation: 'native' },
  editSizes: { kind: 'input' },
  parameters: { ...nothing, seed: 'mapped' },
  // How far an edit may go from its image, 0 to 1; and preferred colours and the like, of generations and edits.
  extras: ['strength', 'controls'],
} as const satisfies Partial<ModelSpec>;

const fourth = {
  ...generator,
  sizes: {
    kind: 'listed',
    sizes: [
      ...['1024x1024', '1536x768', '768x1536', '1280x832', '832x1280', '1216x896', '896x1216', '1152x896'],
      ...['896x1152', '832x1344', '1280x896', '896x1280', '1344x768', '768x1344'],
    ],
  },
  typicalSeconds: 12,
} as const satisfies Partial<ModelSpec>;

const fourthPro = {
  ...generator,
  sizes: {
    kind: 'listed',
    sizes: [
      ...['2048x2048', '3072x1536', '1536x3072', '2560x1664', '1664x2560', '2432x1792', '1792x2432', '2304x1792'],
      ...['1792x2304', '1664x2688', '2560x1792', '1792x2560', '2688x1536', '1536x2688'],
    ],
  },
  typicalSeconds: 30,
} as const satisfies Partial<ModelSpec>;

export const recraftModels: ProviderModels = {
  models: [
    { ...fourth, model: 'recraftv4_1', price: perImage(0.035) },
    { ...fourthPro, model: 'recraftv4_1_pro', price: perImage(0.21) },
    // Plainer pictures, and a faster model, at the sizes of their sisters: not confirmed for the faster one.
    { ...fourth, model: 'recraftv4_1_utility', price: perImage(0.035) },
    { ...fourthPro, model: 'recraftv4_1_utility_pro', price: perImage(0.21) },
    { ...fourth, model: 'recraftv4_1_flash', price: perImage(0.007) },
    { ...fourth, model: 'recraftv4', price: perImage(0.04) },
    { ...fourthPro, model: 'recraftv4_pro', price: perImage(0.25) },
    {
      ...generator,
      model: 'recraftv3',
      sizes: {
        kind: 'listed',
        sizes: [
          ...['1024x1024', '2048x1024', '1024x2048', '1536x1024', '1024x1536', '1365x1024', '1024x1365', '1280x1024'],
          ...['1024x1280', '1024x1707', '1707x1024', '1434x1024', '1024x1434', '1820x1024', '1024x1820'],
        ],
      },
      // The one that those pages name for both, with a vector model. What an outpainting makes has edges of 4096 at
      // most.
      editTypes: { ...generator.editTypes, inpainting: 'native', outpainting: 'native' },
      mask: 'white',
      outpaintingLimits: { maxEdge: 4096 },
      // The one that takes a negative prompt, and names of styles.
      parameters: { ...generator.parameters, style: 'sent', negative_prompt: 'sent' },
      // Where the contract has no style, which is in edits.
      extras: [...generator.extras, 'style'],
      price: perImage(0.04),
      typicalSeconds: 12,
    },
    {
      ...common,
      // A service rather than a model, under the last word of its address.
      model: 'removeBackground',
      takesPrompt: false,
      operations: { generation: 'none', edit: 'none', variation: 'none' },
      editTypes: { ...common.editTypes, background_removal: 'native' },
      sizes: { kind: 'input' },
      imagesPerRequest: 1,
      // It answers with a png.
      parameters: { ...nothing, output_format: 'dropped' },
      price: perImage(0.01),
      typicalSeconds: 8,
    },
  ],
  retired: [],
};
