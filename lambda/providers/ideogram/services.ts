import type { ImageRequest } from '../../domain/generation.ts';
import { ideogramModels } from './models.ts';

/** One of Ideogram's routes, each with a form of its own. */
export interface IdeogramService {
  readonly path: string;
  /** The fields of its form beside the images; all others are left out. */
  readonly fields: readonly string[];
  /** The field for the prompt. @default prompt */
  readonly prompt?: 'text_prompt';
  /** The part for input images. @default image */
  readonly images?: 'images';
  /** Whether it makes nothing but transparent pictures. */
  readonly isTransparent?: boolean;
  /** The supported resolutions, where the result is to have the shape of an image and no other field can express it. */
  readonly sizes?: readonly string[];
}

const made = ['prompt', 'num_images', 'seed', 'rendering_speed', 'magic_prompt'];
const styled = [...made, 'style_type', 'style_preset'];
const fourth = ['text_prompt', 'resolution', 'rendering_speed', 'enable_copyright_detection'];
const { sizes } = ideogramModels.models.find(({ model }) => model === 'ideogram-v4') ?? {};
const fourthSizes = sizes?.kind === 'listed' ? sizes.sizes : [];

/** By model and operation. Sources: see `models.ts`. */
const services: Readonly<Record<string, Readonly<Record<string, IdeogramService>>>> = {
  'ideogram-v4': {
    generation: { path: '/v1/ideogram-v4/generate', fields: fourth, prompt: 'text_prompt' },
    variation: {
      path: '/v1/ideogram-v4/remix',
      fields: [...fourth, 'image_weight'],
      prompt: 'text_prompt',
      sizes: fourthSizes,
    },
  },
  'ideogram-v3': {
    generation: {
      path: '/v1/ideogram-v3/generate',
      fields: [...styled, 'resolution', 'aspect_ratio', 'negative_prompt'],
    },
    // It makes the largest picture of a shape.
    transparent: {
      path: '/v1/ideogram-v3/generate-transparent',
      fields: [...made, 'aspect_ratio', 'negative_prompt'],
      isTransparent: true,
    },
    variation: {
      path: '/v1/ideogram-v3/remix',
      fields: [...styled, 'resolution', 'aspect_ratio', 'negative_prompt', 'image_weight'],
    },
    inpainting: { path: '/v1/ideogram-v3/inpaint', fields: styled },
  },
  edit: {
    edit: {
      path: '/v1/edit',
      fields: [
        ...['prompt', 'num_images', 'seed', 'magic_prompt', 'resolution', 'aspect_ratio'],
        'transparent_background',
      ],
      images: 'images',
    },
  },
  'remove-background': { background_removal: { path: '/v1/remove-background', fields: [] } },
};

/** The service that a request goes to; undefined where the model has none for it. */
export function serviceOf({ model, operation, editType, parameters }: ImageRequest): IdeogramService | undefined {
  const own = services[model] ?? {};
  const isTransparent = operation === 'generation' && parameters.background === 'transparent';
  return (isTransparent ? own.transparent : undefined) ?? own[editType ?? operation];
}
