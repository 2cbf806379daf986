import { type Charge, inMicros } from './charge.ts';

/** Dollars for an image by quality and resolution, and for an input image. */
interface XaiPrice {
  readonly input: number;
  readonly image: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** docs.x.ai/developers/models, as resellers at xAI's own price quote it (docs.apiyi.com, grok-imagine-image-official). */
const prices: Readonly<Record<string, XaiPrice>> = {
  'grok-imagine-image': { input: 0.002, image: { medium: { '1k': 0.02, '2k': 0.02 } } },
  'grok-imagine-image-2.0': {
    input: 0.01,
    image: { low: { '1k': 0.04, '2k': 0.06 }, medium: { '1k': 0.06, '2k': 0.08 } },
  },
};

/** An edit pays for its inputs as well. */
export function xaiCharge(asked: {
  readonly model: string;
  readonly quality: string;
  readonly resolution: string;
  readonly images: number;
  readonly inputs: number;
}): Charge {
  const price = prices[asked.model];
  const image = (price?.image[asked.quality] ?? price?.image.medium)?.[asked.resolution];
  if (price === undefined || image === undefined) return undefined;
  return asked.images * inMicros(image) + asked.inputs * inMicros(price.input);
}
