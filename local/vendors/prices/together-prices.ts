import { type Charge, inMicros, perImage } from './charge.ts';

/** Dollars for each megapixel made, of a million pixels and in proportion: together.ai/pricing, as Laisky/one-api has it. */
const byMegapixel: Readonly<Record<string, number>> = {
  'black-forest-labs/FLUX.2-flex': 0.03,
  'black-forest-labs/FLUX.2-dev': 0.0154,
  'black-forest-labs/FLUX.2-max': 0.07,
};

export function togetherCharge(
  model: string,
  picture: { readonly width: number; readonly height: number },
  images: number,
): Charge {
  if (model === 'black-forest-labs/FLUX.2-pro') return perImage(0.03, images);
  const price = byMegapixel[model];
  if (price === undefined) return undefined;
  return images * inMicros((price * picture.width * picture.height) / 1_000_000);
}
