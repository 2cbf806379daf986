import { begunMegapixels, type Charge, inMicros, perImage } from './charge.ts';

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** What a prediction made, and of what. */
export interface ReplicateMade {
  readonly model: string;
  readonly picture: Extent;
  readonly images: number;
  readonly inputs: readonly Extent[];
  readonly resolution: string;
}

/** Dollars for each image: replicate.com, the pages of the models. */
const byImage: Readonly<Record<string, number>> = {
  'black-forest-labs/flux-schnell': 0.003,
  'black-forest-labs/flux-kontext-pro': 0.04,
  'black-forest-labs/flux-redux-dev': 0.025,
  'black-forest-labs/flux-fill-pro': 0.05,
  'bria/expand-image': 0.04,
  'bria/remove-background': 0.018,
  'bytedance/seedream-4.5': 0.04,
  'qwen/qwen-image-2512': 0.02,
};

const byResolution: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'google/nano-banana-2': { '1K': 0.067, '2K': 0.101, '4K': 0.151 },
  // As at its maker; `1K` is what counts for a request that names none.
  'black-forest-labs/flux-3-image': { '768sq': 0.041, '1k': 0.048, '1K': 0.048, '1.5k': 0.1, '2k': 0.1, '4k': 0.607 },
  'google/nano-banana-pro': { '1K': 0.15, '2K': 0.15, '4K': 0.3 },
};

export function replicateCharge({ model, picture, images, inputs, resolution }: ReplicateMade): Charge {
  if (model !== 'black-forest-labs/flux-2-pro') {
    return perImage(byImage[model] ?? byResolution[model]?.[resolution], images);
  }
  // A run costs as much as each megapixel that goes in or comes out.
  const megapixels = [picture, ...inputs].reduce((sum, each) => sum + begunMegapixels(each), 0);
  return (megapixels + 1) * inMicros(0.015);
}
