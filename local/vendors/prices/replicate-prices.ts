import { type Charge, fluxMegapixels, inMicros, perImage } from './charge.ts';

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
};

const byResolution: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'black-forest-labs/flux-3-image': { '768sq': 0.041, '1k': 0.048, '1.5k': 0.1, '2k': 0.1, '4k': 0.607 },
  'google/nano-banana-pro': { '1K': 0.15, '2K': 0.15, '4K': 0.3 },
};

export function replicateCharge({ model, picture, images, inputs, resolution }: ReplicateMade): Charge {
  if (model !== 'black-forest-labs/flux-2-pro') {
    return perImage(byImage[model] ?? byResolution[model]?.[resolution], images);
  }
  // A run costs as much as each megapixel that goes in or comes out.
  return (fluxMegapixels([picture, ...inputs]) + 1) * inMicros(0.015);
}
