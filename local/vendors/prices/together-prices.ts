import { type Charge, inMicros } from './charge.ts';

/** Dollars for an image of any size: together.ai/pricing. */
const byImage: Readonly<Record<string, number>> = { 'black-forest-labs/FLUX.2-pro': 0.03 };

/** Dollars for a million pixels, of which parts are charged as parts. */
const byMegapixel: Readonly<Record<string, number>> = {
  'black-forest-labs/FLUX.2-flex': 0.03,
  'black-forest-labs/FLUX.2-dev': 0.0154,
  'black-forest-labs/FLUX.2-max': 0.07,
};

export function togetherCharge(
  model: string,
  { width, height }: { readonly width: number; readonly height: number },
  images: number,
): Charge {
  const flat = byImage[model];
  if (flat !== undefined) return images * inMicros(flat);
  const price = byMegapixel[model];
  return price === undefined ? undefined : images * inMicros((price * width * height) / 1_000_000);
}
