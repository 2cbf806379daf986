import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import { undocumentedRequest } from '../../planning/undocumented-request.ts';
import { flux2Price, flux3Price, toolPrice } from './prices.ts';

// Sources: docs.bfl.ai, "Generate or edit an image with FLUX.2 [pro]", help.bfl.ai on endpoints, and a public reading
// of the schemas of api.bfl.ai/openapi.json as of August 2026 (Flux2Inputs, Flux2FlexInputs, Flux2KleinInputs: fields,
// min 64 pixels, formats, steps 1-50). Not confirmed by BFL: the multiple of 16 and the 2048 pixels an edge, which
// other vendors of the same models document (BFL says "up to 4 MP"), and how long a task takes: others report 3 to 20
// seconds. For FLUX.1 Fill and Expand [pro]: docs.bfl.ai with the schemas FluxProFillInputs and FluxProExpandInputs
// (fields, bounds, a white mask as large as the image), and "FLUX.1 Fill [pro]". Their max image size isn't documented.
// For FLUX.3: see `row-facts.ts`; that images are sent as a list, and the added fields, are in
// replicate.com/black-forest-labs/flux-3-image, too. Left out: flux-3-image-klein, whose fields aren't published, the
// other FLUX.1 models (Kontext among them), which BFL calls legacy, and erase, which takes no prompt.

const flux = {
  operations: { generation: 'native', edit: 'native', variation: 'emulated' },
  editTypes: { inpainting: 'none', outpainting: 'none', background_removal: 'none' },
  sizes: {
    kind: 'free',
    multipleOf: 16,
    maxEdge: 2048,
    // With the fewest pixels, no edge is below the 64 pixels that the schema demands.
    widestRatio: 16,
    minPixels: 65_536,
    maxPixels: 4_194_304,
  },
  imagesPerRequest: 1,
  inputImages: 8,
  // "Supports up to 20MB or 20 megapixels", and 64 pixels a side: the schemas' `input_image`, vercel/ai
  // content/providers, black-forest-labs. BFL names no bound of a request.
  inputLimits: { minEdge: 64, maxPixels: 20_000_000, maxBytes: 20_000_000, request: undocumentedRequest },
  mask: 'none',
  parameters: {
    size: 'mapped',
    aspect_ratio: 'mapped',
    resolution: 'mapped',
    output_format: 'sent',
    seed: 'sent',
    num_inference_steps: 'dropped',
    quality: 'dropped',
    background: 'dropped',
    output_compression: 'dropped',
    // Its scale is `safety_tolerance`, which has no levels of the same names.
    moderation: 'dropped',
    user: 'dropped',
    input_fidelity: 'dropped',
    partial_images: 'dropped',
    style: 'dropped',
    negative_prompt: 'dropped',
  },
  values: { output_format: ['jpeg', 'png', 'webp'] },
  extras: ['safety_tolerance', 'disable_pup'],
  // None of them is ever sent.
  qualities: { auto: 'auto', high: 'high', medium: 'medium', low: 'low', standard: 'standard', hd: 'hd' },
  // Of one HTTP exchange: the task itself runs asynchronously behind a ticket, bounded by the job's deadline.
  timeoutSeconds: 60,
} as const satisfies Omit<ModelSpec, 'model' | 'typicalSeconds'>;

/** "Base64 encoded image or URL", the schemas say of FLUX.2's input images; they don't of those of the other models. */
const flux2 = { ...flux, takesAddresses: true } as const;

const klein = { ...flux2, inputImages: 4, extras: ['safety_tolerance'] } as const;

/** What FLUX.1's tools have in common, which work on an image and keep its size, or extend it. */
const tool = {
  ...flux,
  operations: { generation: 'none', edit: 'none', variation: 'none' },
  sizes: { kind: 'input' },
  inputImages: 1,
  parameters: { ...flux.parameters, num_inference_steps: 'mapped' },
  values: { output_format: ['jpeg', 'png'] },
  extras: ['safety_tolerance', 'prompt_upsampling', 'guidance'],
  price: toolPrice,
  typicalSeconds: 12,
} as const satisfies Partial<ModelSpec>;

/** Takes shapes and resolutions as named values. Without them, an edit takes the shape of its first image. */
const flux3 = {
  ...flux,
  sizes: {
    kind: 'ratios',
    ratios: [
      ...['21:9', '2:1', '16:9', '3:2', '7:5', '4:3', '5:4', '1:1'],
      ...['4:5', '3:4', '5:7', '2:3', '9:16', '1:2', '9:21'],
    ],
    resolutions: { '768sq': 768, '1k': 1024, '1.5k': 1536, '2k': 2048, '4k': 4096 },
  },
  inputImages: 10,
  inputLimits: { minEdge: 256, maxPixels: 16_000_000, maxBytes: 15_000_000, request: undocumentedRequest },
  parameters: {
    ...flux.parameters,
    aspect_ratio: 'sent',
    resolution: 'sent',
    output_format: 'dropped',
    seed: 'dropped',
  },
  values: {},
  extras: ['grounding', 'safety_tolerance', 'version'],
} as const satisfies Partial<ModelSpec>;

export const bflModels: ProviderModels = {
  models: [
    { ...flux2, model: 'flux-2-pro', price: flux2Price(0.03, 0.015), typicalSeconds: 8 },
    { ...flux3, model: 'flux-3-image', price: flux3Price, typicalSeconds: 20 },
    { ...flux2, model: 'flux-2-max', price: flux2Price(0.07, 0.03), typicalSeconds: 15 },
    {
      ...flux2,
      model: 'flux-2-flex',
      price: flux2Price(0.05, 0.05),
      parameters: { ...flux2.parameters, num_inference_steps: 'mapped' },
      extras: ['safety_tolerance', 'prompt_upsampling', 'guidance'],
      typicalSeconds: 20,
    },
    { ...klein, model: 'flux-2-klein-9b', price: flux2Price(0.015, 0.002), typicalSeconds: 3 },
    { ...klein, model: 'flux-2-klein-4b', price: flux2Price(0.014, 0.001), typicalSeconds: 3 },
    {
      ...tool,
      model: 'flux-pro-1.0-fill',
      editTypes: { ...tool.editTypes, inpainting: 'native' },
      mask: 'white',
    },
    {
      ...tool,
      model: 'flux-pro-1.0-expand',
      editTypes: { ...tool.editTypes, outpainting: 'native' },
      outpaintingLimits: { eachSide: 2048 },
    },
  ],
  retired: [],
};

/** How long work with a model usually takes; a dated snapshot takes as long as its model. */
export const typicalSecondsOf = (model: string): number =>
  bflModels.models.find((row) => model.startsWith(row.model))?.typicalSeconds ?? 10;

/** Models that take their input images as one list: those that take shapes as named values. */
export const takesList = (model: string): boolean =>
  bflModels.models.find((row) => model.startsWith(row.model))?.sizes.kind === 'ratios';
