import type { ImagePrice, ImageRate } from '../../domain/money/model-price.ts';

// Prices go by `rendering_speed`, which is DEFAULT if it isn't sent.

const priceOf = (rates: readonly ImageRate[]): ImagePrice => ({
  kind: 'image',
  readOn: '2026-11-28',
  source: 'ideogram.ai/features/api-pricing; ideogram.ai/blog/ideogram-api-pricing',
  refusal: 'unknown',
  rates,
  defaults: { quality: 'DEFAULT' },
});

export const ideogram4Price = priceOf([
  { usd: 0.03, quality: 'TURBO' },
  { usd: 0.1, quality: 'QUALITY' },
  { usd: 0.06 },
]);

/** A transparent background has a service and prices of its own. */
export const ideogram3Price = priceOf([
  { usd: 0.04, quality: 'TURBO', background: 'transparent', operation: 'generation' },
  { usd: 0.1, quality: 'QUALITY', background: 'transparent', operation: 'generation' },
  { usd: 0.07, background: 'transparent', operation: 'generation' },
  { usd: 0.03, quality: 'TURBO' },
  { usd: 0.09, quality: 'QUALITY' },
  { usd: 0.06 },
]);

/** Its transparent background is taken to cost as much more. */
export const ideogramEditPrice: ImagePrice = {
  ...priceOf([{ usd: 0.07, background: 'transparent' }, { usd: 0.06 }]),
  unconfirmed: 'the version of the model behind it; the price of a transparent background',
};

export const removeBackgroundPrice = priceOf([{ usd: 0.01 }]);
