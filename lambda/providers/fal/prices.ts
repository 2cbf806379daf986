import type { ImagePrice, MegapixelPrice } from '../../domain/money/model-price.ts';

const common = { readOn: '2026-11-28', refusal: 'unknown' } as const;

/** The pages of fal's models give the prices; `page` is the model's. */
export const perImage = (page: string, usd: number): ImagePrice => ({
  ...common,
  kind: 'image',
  source: `fal.ai/models/${page}`,
  rates: [{ usd }],
});

/** Rounded up to whole megapixels. */
export const perMegapixel = (page: string, usd: number): MegapixelPrice => ({
  ...common,
  kind: 'megapixel',
  source: `fal.ai/models/${page}`,
  pixels: 1_048_576,
  firstUsd: usd,
  furtherUsd: usd,
  // `landscape_4_3`, by default.
  defaultPixels: 786_432,
});

/** Input images count as further megapixels, after they were scaled to four at most. */
export const falFlux2Price: MegapixelPrice = {
  ...perMegapixel('fal-ai/flux-2-pro', 0.03),
  furtherUsd: 0.015,
  inputUsd: 0.015,
  maxMegapixels: 4,
};

/** An image at 1K has the price; other resolutions a part or a multiple of it. */
export const falBanana2Price: ImagePrice = {
  ...perImage('fal-ai/nano-banana-2', 0.08),
  rates: [
    { usd: 0.06, resolution: '0.5K' },
    { usd: 0.08, resolution: '1K' },
    { usd: 0.12, resolution: '2K' },
    { usd: 0.16 },
  ],
  surcharges: { enable_web_search: 0.015, thinking_level: 0.002 },
  defaults: { resolution: '1K' },
};

export const falBananaProPrice: ImagePrice = {
  ...perImage('fal-ai/nano-banana-pro', 0.15),
  rates: [{ usd: 0.3, resolution: '4K' }, { usd: 0.15 }],
  surcharges: { enable_web_search: 0.015 },
  defaults: { resolution: '1K' },
};
