import type { EditType, Operation } from '../../domain/generation.ts';

/** The request format of one fal endpoint: each model has a schema of its own. */
export interface FalEndpoint {
  /** Below the model's own path. */
  readonly path: '' | '/edit' | '/text-to-image';
  /** The field for input images: one address, or a list of them. */
  readonly images?: 'image_url' | 'image_urls';
  /** The field for the mask, as an address. */
  readonly mask?: 'mask_url';
  /** Whether the request has the size of a canvas, and the position of the image on it. */
  readonly extends?: boolean;
  /** Whether it takes a prompt: one that doesn't refuses the field. */
  readonly prompts?: boolean;
  /** Whether it takes `num_images`. */
  readonly counts?: boolean;
}

type Asked = Operation | EditType;

/** A text-to-image endpoint, and its sibling that edits several images. */
function promptedPair(path: FalEndpoint['path'], counts = false): Readonly<Partial<Record<Asked, FalEndpoint>>> {
  return {
    generation: { path, prompts: true, counts },
    edit: { path: '/edit', images: 'image_urls', prompts: true, counts },
  };
}

const endpoints: Readonly<Record<string, Readonly<Partial<Record<Asked, FalEndpoint>>>>> = {
  'fal-ai/flux-2-pro': {
    generation: { path: '', prompts: true },
    edit: { path: '/edit', images: 'image_urls', prompts: true },
  },
  'fal-ai/flux/dev': { generation: { path: '', prompts: true, counts: true } },
  'fal-ai/flux-1/dev/redux': { variation: { path: '', images: 'image_url' } },
  'fal-ai/flux-pro/kontext': {
    generation: { path: '/text-to-image', prompts: true, counts: true },
    edit: { path: '', images: 'image_url', prompts: true, counts: true },
  },
  'fal-ai/flux-pro/v1/fill': {
    inpainting: { path: '', images: 'image_url', mask: 'mask_url', prompts: true, counts: true },
  },
  'fal-ai/nano-banana-2': promptedPair('', true),
  'fal-ai/nano-banana-pro': promptedPair('', true),
  'fal-ai/bytedance/seedream/v4.5': promptedPair('/text-to-image'),
  'fal-ai/bytedance/seedream/v5/lite': promptedPair('/text-to-image'),
  'fal-ai/qwen-image-2': promptedPair('/text-to-image'),
  'fal-ai/bria/expand': { outpainting: { path: '', images: 'image_url', extends: true, prompts: true } },
  'fal-ai/bria/background/remove': { background_removal: { path: '', images: 'image_url' } },
};

/** The endpoint that serves an operation, or a type of edit; undefined where the model has none. */
export const endpointOf = (model: string, asked: Asked): FalEndpoint | undefined => endpoints[model]?.[asked];

/** The id of each endpoint that a model has, such as `fal-ai/flux-2-pro/edit`. */
export const endpointIdsOf = (model: string): Readonly<Partial<Record<Asked, string>>> =>
  Object.fromEntries(Object.entries(endpoints[model] ?? {}).map(([asked, { path }]) => [asked, `${model}${path}`]));
