/** The schema of one of fal's endpoints, as far as it matters here. */
export interface FalModel {
  readonly fields: readonly string[];
  readonly needs: readonly string[];
  /** It answers with `image`, a png with transparency, instead of `images`. */
  readonly single?: boolean;
  /** It fills the white part of a mask, whose address comes in `mask_url`. */
  readonly masked?: boolean;
  /** It answers with `image` like those that are `single`, and extends the first image to a canvas. */
  readonly extends?: boolean;
  /** It makes another image like the first. */
  readonly varies?: boolean;
}

const safety = ['safety_tolerance', 'enable_safety_checker', 'sync_mode'];
const flux2 = ['prompt', 'image_size', 'seed', 'output_format', ...safety];
const flux1 = ['image_size', 'num_inference_steps', 'seed', 'guidance_scale', 'num_images', 'output_format', ...safety];
const banana = [
  ...['prompt', 'aspect_ratio', 'resolution', 'num_images', 'output_format', 'seed', 'safety_tolerance'],
  ...['enable_web_search', 'limit_generations', 'sync_mode'],
];
const banana2 = [...banana, 'thinking_level'];
const seedream5 = ['prompt', 'image_size', 'num_images', 'max_images', 'enable_safety_checker', 'sync_mode'];
const seedream4 = [...seedream5, 'seed'];
const qwen2 = [
  ...['prompt', 'negative_prompt', 'image_size', 'num_images', 'output_format', 'seed'],
  ...['enable_safety_checker', 'enable_prompt_expansion', 'sync_mode'],
];
/** A text-to-image endpoint at the first path, and one that edits images at `/edit`. */
const pair = (path: string, name: string, fields: readonly string[]): Record<string, FalModel> => ({
  [`${name}${path}`]: { fields, needs: ['prompt'] },
  [`${name}/edit`]: { fields: [...fields, 'image_urls'], needs: ['prompt', 'image_urls'] },
});
const kontext = [
  'prompt',
  'seed',
  'guidance_scale',
  'num_images',
  'output_format',
  'aspect_ratio',
  'enhance_prompt',
  ...safety,
];

/**
 * The endpoints by path. Sources: their schemas at fal.ai/models, in @fal-ai/client's types and
 * fal.ai/docs/model-api-reference.
 */
export const falModels: Readonly<Record<string, FalModel>> = {
  'fal-ai/flux-2-pro': { fields: flux2, needs: ['prompt'] },
  'fal-ai/flux-2-pro/edit': { fields: [...flux2, 'image_urls'], needs: ['prompt', 'image_urls'] },
  ...pair('', 'fal-ai/nano-banana-2', banana2),
  ...pair('', 'fal-ai/nano-banana-pro', banana),
  ...pair('/text-to-image', 'fal-ai/bytedance/seedream/v4.5', seedream4),
  ...pair('/text-to-image', 'fal-ai/bytedance/seedream/v5/lite', seedream5),
  ...pair('/text-to-image', 'fal-ai/qwen-image-2', qwen2),
  'fal-ai/flux/dev': { fields: [...flux1, 'prompt', 'acceleration'], needs: ['prompt'] },
  'fal-ai/flux-1/dev/redux': { fields: [...flux1, 'image_url'], needs: ['image_url'], varies: true },
  'fal-ai/flux-pro/kontext': { fields: [...kontext, 'image_url'], needs: ['prompt', 'image_url'] },
  'fal-ai/flux-pro/kontext/text-to-image': { fields: kontext, needs: ['prompt'] },
  'fal-ai/flux-pro/v1/fill': {
    fields: ['prompt', 'seed', 'num_images', 'output_format', 'safety_tolerance', 'sync_mode', 'image_url', 'mask_url'],
    needs: ['prompt', 'image_url', 'mask_url'],
    masked: true,
  },
  'fal-ai/bria/expand': {
    fields: [
      ...['image_url', 'canvas_size', 'aspect_ratio', 'original_image_size', 'original_image_location'],
      ...['prompt', 'seed', 'negative_prompt', 'sync_mode'],
    ],
    needs: ['image_url', 'canvas_size'],
    extends: true,
  },
  'fal-ai/bria/background/remove': { fields: ['image_url', 'sync_mode'], needs: ['image_url'], single: true },
};
