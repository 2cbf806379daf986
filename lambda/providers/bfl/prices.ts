import type { ImagePrice, MegapixelPrice } from '../../domain/money/model-price.ts';

const common = { readOn: '2026-11-28', refusal: 'unknown' } as const;

/**
 * The first megapixel that a request makes has a price of its own; each further one, and each of an input image, has
 * another. Images of more than four megapixels are scaled down: lumenfall.ai, black-forest-labs/flux.2-pro.
 */
export const flux2Price = (firstUsd: number, furtherUsd: number): MegapixelPrice => ({
  ...common,
  kind: 'megapixel',
  source: 'docs.bfl.ai/quick_start/pricing; black-forest-labs/skills, bfl-api (further megapixels)',
  pixels: 1_048_576,
  firstUsd,
  furtherUsd,
  inputUsd: furtherUsd,
  maxMegapixels: 4,
  defaultPixels: 1_048_576,
});

export const flux3Price: ImagePrice = {
  ...common,
  kind: 'image',
  source: 'docs.bfl.ai/quick_start/pricing, as of 1 October 2026',
  unconfirmed: '`1.5k`, which has no price there and counts as `2k`; whether input images are charged',
  rates: [
    { usd: 0.041, resolution: '768sq' },
    { usd: 0.048, resolution: '1k' },
    { usd: 0.607, resolution: '4k' },
    { usd: 0.1 },
  ],
  defaults: { resolution: '1k' },
};

/** FLUX.1's tools. */
export const toolPrice: ImagePrice = {
  ...common,
  kind: 'image',
  source: 'docs.bfl.ai/quick_start/pricing; black-forest-labs/skills, bfl-api',
  rates: [{ usd: 0.05 }],
};
