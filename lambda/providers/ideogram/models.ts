import type { ParameterName, ParameterPolicy } from '../../domain/model.ts';
import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import { ideogram3Price, ideogram4Price, ideogramEditPrice, removeBackgroundPrice } from './prices.ts';

// Sources: Ideogram's OpenAPI document as api-evangelist/ideogram harvested it (2026: fields, resolutions, answers of
// v3, of the edit and of the background's removal), and for v4 developer.ideogram.ai/api-reference (generate-v4,
// remix-v4) as docs.comfy.org and public code have it, which agree. Images of at most 25 MB each and forms of at most 50 MB
// are taken (10 MB an image until 2026: that document; qmediat/ideogram-mcp 1.1.0 on Ideogram's documentation). Not
// confirmed: that eight images are the most of one request, for which the documents name no bound; which version of the
// model is behind /v1/edit; typical times. Left out: reframe, which takes a square image and no margins (outpainting is
// an inpainting on a larger canvas instead); the legacy routes of v1 and v2; arrays and objects such as palettes and
// codes.

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
  output_format: 'dropped',
  output_compression: 'dropped',
  num_inference_steps: 'dropped',
  seed: 'dropped',
  negative_prompt: 'dropped',
  user: 'dropped',
} as const satisfies Record<ParameterName, ParameterPolicy>;

/** Defaults of all model specs. */
const common = {
  operations: { generation: 'none', edit: 'none', variation: 'none' },
  editTypes: { inpainting: 'none', outpainting: 'none', background_removal: 'none' },
  imagesPerRequest: 1,
  inputImages: 1,
  inputLimits: { maxBytes: 25_000_000, request: { maxBytes: 50_000_000, sends: 'bytes' } },
  mask: 'none',
  // As `rendering_speed`, where it is taken.
  qualities: {
    auto: 'DEFAULT',
    high: 'QUALITY',
    medium: 'DEFAULT',
    low: 'TURBO',
    standard: 'DEFAULT',
    hd: 'QUALITY',
  },
  timeoutSeconds: 180,
} as const satisfies Partial<ModelSpec>;

const third = {
  kind: 'listed',
  sizes: [
    ...['512x1536', '576x1408', '576x1472', '576x1536', '640x1344', '640x1408', '640x1472', '640x1536', '704x1152'],
    ...['704x1216', '704x1280', '704x1344', '704x1408', '704x1472', '736x1312', '768x1088', '768x1216', '768x1280'],
    ...['768x1344', '800x1280', '832x960', '832x1024', '832x1088', '832x1152', '832x1216', '832x1248', '864x1152'],
    ...['896x960', '896x1024', '896x1088', '896x1120', '896x1152', '960x832', '960x896', '960x1024', '960x1088'],
    ...['1024x832', '1024x896', '1024x960', '1024x1024', '1088x768', '1088x832', '1088x896', '1088x960', '1120x896'],
    ...['1152x704', '1152x832', '1152x864', '1152x896', '1216x704', '1216x768', '1216x832', '1248x832', '1280x704'],
    ...['1280x768', '1280x800', '1312x736', '1344x640', '1344x704', '1344x768', '1408x576', '1408x640', '1408x704'],
    ...['1472x576', '1472x640', '1472x704', '1536x512', '1536x576', '1536x640'],
  ],
} as const;

const fourth = {
  kind: 'listed',
  sizes: [
    ...['2048x2048', '1440x2880', '2880x1440', '1664x2496', '2496x1664', '1792x2240', '2240x1792', '1440x2560'],
    ...['2560x1440', '1600x2560', '2560x1600', '1728x2304', '2304x1728', '1296x3168', '3168x1296', '1152x2944'],
    ...['2944x1152', '1248x3328', '3328x1248', '1280x3072', '3072x1280'],
  ],
} as const;

export const ideogramModels: ProviderModels = {
  models: [
    {
      ...common,
      model: 'ideogram-v4',
      operations: { generation: 'native', edit: 'none', variation: 'native' },
      sizes: fourth,
      parameters: { ...nothing, quality: 'mapped' },
      extras: ['image_weight', 'enable_copyright_detection'],
      price: ideogram4Price,
      typicalSeconds: 15,
    },
    {
      ...common,
      model: 'ideogram-v3',
      operations: { generation: 'native', edit: 'none', variation: 'native' },
      editTypes: { ...common.editTypes, inpainting: 'native', outpainting: 'emulated' },
      sizes: third,
      editSizes: { kind: 'input' },
      imagesPerRequest: 8,
      mask: 'black',
      parameters: {
        ...nothing,
        quality: 'mapped',
        style: 'mapped',
        seed: 'sent',
        negative_prompt: 'sent',
        // By a route of its own.
        background: 'mapped',
      },
      values: { style: ['AUTO', 'GENERAL', 'REALISTIC', 'DESIGN', 'FICTION'] },
      extras: ['magic_prompt', 'style_type', 'style_preset', 'image_weight'],
      price: ideogram3Price,
      typicalSeconds: 12,
    },
    {
      ...common,
      // A service rather than a model, under the last word of its address; so is the next.
      model: 'edit',
      operations: { ...common.operations, edit: 'native' },
      sizes: third,
      imagesPerRequest: 8,
      inputImages: 10,
      parameters: { ...nothing, seed: 'sent', background: 'mapped' },
      extras: ['magic_prompt'],
      price: ideogramEditPrice,
      typicalSeconds: 12,
    },
    {
      ...common,
      model: 'remove-background',
      takesPrompt: false,
      editTypes: { ...common.editTypes, background_removal: 'native' },
      sizes: { kind: 'input' },
      parameters: nothing,
      price: removeBackgroundPrice,
      typicalSeconds: 6,
    },
  ],
  retired: [],
};
