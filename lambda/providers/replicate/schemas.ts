import type { ParameterName } from '../../domain/model.ts';

/** The fields that hold several input images. */
export const imageLists = ['input_images', 'image_input', 'images'] as const;

/** The request format of one Replicate model: each has a schema of its own, and rejects unknown fields. */
export interface ReplicateSchema {
  /** The field for input images: a list of them where it is one of `imageLists`, else one. */
  readonly images?: 'image' | 'input_image' | 'redux_image' | (typeof imageLists)[number];
  /** Whether it takes a `mask` beside the image. */
  readonly masks?: boolean;
  /** Whether it takes `num_outputs`. */
  readonly counts?: boolean;
  /**
   * How the request specifies the size. `pixels`: in `width` and `height`, which count only with the ratio `custom`;
   * `shape`: as a named value; `canvas`: the image's position on a larger canvas; `input`: not at all.
   */
  readonly sizedBy: 'pixels' | 'shape' | 'canvas' | 'input';
  /** Its results are square unless the request has a shape, also with an input image. */
  readonly squareByDefault?: boolean;
  /** Its own values for the contract's parameters. */
  readonly words?: Readonly<Partial<Record<ParameterName, string>>>;
}

const quality = { output_compression: 'output_quality' } as const;

/** By the model's name. Sources: see `models.ts`. */
const schemas: Readonly<Record<string, ReplicateSchema>> = {
  'black-forest-labs/flux-2-pro': { images: 'input_images', sizedBy: 'pixels', words: quality },
  'black-forest-labs/flux-schnell': {
    counts: true,
    sizedBy: 'shape',
    words: { ...quality, resolution: 'megapixels' },
  },
  'black-forest-labs/flux-kontext-pro': { images: 'input_image', sizedBy: 'shape' },
  'black-forest-labs/flux-redux-dev': {
    images: 'redux_image',
    counts: true,
    sizedBy: 'shape',
    squareByDefault: true,
    words: { ...quality, resolution: 'megapixels' },
  },
  'black-forest-labs/flux-fill-pro': {
    images: 'image',
    masks: true,

    sizedBy: 'input',
    words: { num_inference_steps: 'steps' },
  },
  'black-forest-labs/flux-3-image': { images: 'images', sizedBy: 'shape', words: quality },
  'google/nano-banana-2': { images: 'image_input', sizedBy: 'shape' },
  'google/nano-banana-pro': { images: 'image_input', sizedBy: 'shape' },
  'bytedance/seedream-4.5': { images: 'image_input', sizedBy: 'shape', words: { resolution: 'size' } },
  'qwen/qwen-image-2512': { sizedBy: 'pixels', words: quality },
  'bria/expand-image': { images: 'image', sizedBy: 'canvas' },
  'bria/remove-background': { images: 'image', sizedBy: 'input' },
};

/** The schema of a model; undefined for one that isn't served. */
export const schemaOf = (model: string): ReplicateSchema | undefined =>
  Object.hasOwn(schemas, model) ? schemas[model] : undefined;
