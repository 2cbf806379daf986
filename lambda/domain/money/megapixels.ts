import type { MegapixelPrice } from './model-price.ts';

/** US dollars for an image of so many pixels. */
export const usdOfImage = (price: MegapixelPrice, pixels: number): number =>
  price.firstUsd + (megapixelsOf(price, pixels) - 1) * price.furtherUsd;

/** As many as are begun, and at least one; or the exact number. */
export function megapixelsOf({ pixels, isProportional, maxMegapixels }: MegapixelPrice, count: number): number {
  const megapixels = isProportional ? count / pixels : Math.max(1, Math.ceil(count / pixels));
  return Math.min(megapixels, maxMegapixels ?? megapixels);
}
