import { type Charge, perImage } from './charge.ts';

const fourth: Readonly<Record<string, number>> = { TURBO: 0.03, DEFAULT: 0.06, QUALITY: 0.1 };
const third: Readonly<Record<string, number>> = { FLASH: 0.03, TURBO: 0.03, DEFAULT: 0.06, QUALITY: 0.09 };
const clear: Readonly<Record<string, number>> = { FLASH: 0.04, TURBO: 0.04, DEFAULT: 0.07, QUALITY: 0.1 };

/** Dollars for an image by speed: ideogram.ai/features/api-pricing, ideogram.ai/blog/ideogram-api-pricing. */
export function ideogramCharge(
  { model, transparent }: { readonly model: string; readonly transparent?: boolean },
  speed: string,
  images: number,
): Charge {
  if (model === 'remove-background') return perImage(0.01, images);
  const prices = model === 'ideogram-v4' ? fourth : transparent ? clear : third;
  return perImage(prices[speed], images);
}
