import { begunMegapixels, type Charge, inMicros } from './charge.ts';

/** Dollars for each megapixel made: together.ai/pricing. */
const byMegapixel: Readonly<Record<string, number>> = {
  'black-forest-labs/FLUX.2-pro': 0.03,
  'black-forest-labs/FLUX.2-flex': 0.03,
  'black-forest-labs/FLUX.2-dev': 0.0154,
  'black-forest-labs/FLUX.2-max': 0.07,
};

export function togetherCharge(
  model: string,
  picture: { readonly width: number; readonly height: number },
  images: number,
): Charge {
  const price = byMegapixel[model];
  return price === undefined ? undefined : images * begunMegapixels(picture) * inMicros(price);
}
