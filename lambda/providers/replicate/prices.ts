import type { ImagePrice, MegapixelPrice } from '../../domain/money/model-price.ts';

// Prices of official models, each on the page of its model, and collected in Laisky/one-api
// `relay/adaptor/replicate`. Not found, so that these models have none: google/nano-banana-2, qwen/qwen-image-2512.

const common = { readOn: '2026-11-28', refusal: 'unknown' } as const;

export const perImage = (model: string, usd: number): ImagePrice => ({
  ...common,
  kind: 'image',
  source: `replicate.com/${model}`,
  rates: [{ usd }],
});

/** As much as at its maker: a price for the run, and one for each megapixel in and out. */
export const replicateFlux2Price: MegapixelPrice = {
  ...common,
  kind: 'megapixel',
  source: 'replicate.com/black-forest-labs/flux-2-pro; lumenfall.ai (how megapixels are counted)',
  pixels: 1_048_576,
  firstUsd: 0.03,
  furtherUsd: 0.015,
  inputUsd: 0.015,
  maxMegapixels: 4,
  defaultPixels: 1_048_576,
};

export const replicateFlux3Price: ImagePrice = {
  ...perImage('black-forest-labs/flux-3-image', 0.048),
  unconfirmed: 'that it costs as much as at its maker; `1.5k`, which counts as `2k`; whether input images are charged',
  rates: [
    { usd: 0.041, resolution: '768sq' },
    { usd: 0.048, resolution: '1k' },
    { usd: 0.607, resolution: '4k' },
    { usd: 0.1 },
  ],
  defaults: { resolution: '1k' },
};

export const replicateBananaProPrice: ImagePrice = {
  ...perImage('google/nano-banana-pro', 0.15),
  rates: [{ usd: 0.3, resolution: '4K' }, { usd: 0.15 }],
  defaults: { resolution: '2K' },
};
