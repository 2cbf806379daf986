import { begunMegapixels, type Charge, fluxMegapixels, inMicros } from './charge.ts';

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** What a request made, and of what. */
export interface FalMade {
  readonly endpoint: string;
  readonly picture: Extent;
  readonly images: number;
  readonly inputs: readonly Extent[];
  readonly resolution: string;
  /** Each field of the request that costs something, where it is set. */
  readonly paid: readonly string[];
}

/** Dollars for each image: fal.ai/models, the pages of the models. */
const byImage: Readonly<Record<string, number>> = {
  'fal-ai/flux-pro/kontext': 0.04,
  'fal-ai/bytedance/seedream/v4.5': 0.04,
  'fal-ai/bytedance/seedream/v5/lite': 0.035,
  'fal-ai/qwen-image-2': 0.035,
  'fal-ai/bria/expand': 0.04,
  'fal-ai/bria/background/remove': 0.018,
};

/** Dollars for each megapixel begun of what is made. */
const byMegapixel: Readonly<Record<string, number>> = {
  'fal-ai/flux/dev': 0.025,
  'fal-ai/flux-1/dev/redux': 0.025,
  'fal-ai/flux-pro/v1/fill': 0.05,
};

/** Dollars for an image at 1K, and how much of that another resolution is. */
const byResolution: Readonly<Record<string, readonly [usd: number, shares: Readonly<Record<string, number>>]>> = {
  'fal-ai/nano-banana-2': [0.08, { '0.5K': 0.75, '1K': 1, '2K': 1.5, '4K': 2 }],
  'fal-ai/nano-banana-pro': [0.15, { '1K': 1, '2K': 1, '4K': 2 }],
};

/** Dollars that a field adds to each image of the models that have resolutions. */
export const paidFields: Readonly<Record<string, number>> = { enable_web_search: 0.015, thinking_level: 0.002 };

/** The price of an endpoint's unit, of which `x-fal-billable-units` counts how many a request took. */
export const falUnit = (endpoint: string): number | undefined => {
  const model = modelOf(endpoint);
  return byImage[model] ?? byMegapixel[model] ?? byResolution[model]?.[0] ?? (isFlux2(model) ? 0.015 : undefined);
};

export function falCharge({ endpoint, picture, images, inputs, resolution, paid }: FalMade): Charge {
  const model = modelOf(endpoint);
  const unit = falUnit(endpoint);
  if (unit === undefined) return undefined;
  if (model in byMegapixel) return images * begunMegapixels(picture) * inMicros(unit);
  if (model in byResolution) {
    const extra = paid.reduce((sum, name) => sum + (paidFields[name] ?? 0), 0);
    return images * inMicros(unit * (byResolution[model]?.[1][resolution] ?? 1) + extra);
  }
  if (!isFlux2(model)) return images * inMicros(unit);
  // The first megapixel costs two units; each further one, also of an input, costs one.
  return (fluxMegapixels([picture, ...inputs]) + 1) * inMicros(unit);
}

const isFlux2 = (model: string): boolean => model === 'fal-ai/flux-2-pro';

const modelOf = (endpoint: string): string => endpoint.replace(/\/(edit|text-to-image)$/, '');
