import type { ImagePrice, MegapixelPrice } from '../../domain/money/model-price.ts';

const common = {
  readOn: '2026-11-28',
  source: 'together.ai/pricing, as Laisky/one-api has it',
  refusal: 'unknown',
} as const;

/** Its megapixel is a million pixels, and parts of one are charged as parts. */
export const perMegapixel = (usd: number): MegapixelPrice => ({
  ...common,
  kind: 'megapixel',
  unconfirmed: 'whether more steps than usual cost more',
  pixels: 1_000_000,
  firstUsd: usd,
  furtherUsd: usd,
  isProportional: true,
  defaultPixels: 1_048_576,
});

export const flux2ProPrice: ImagePrice = {
  ...common,
  kind: 'image',
  unconfirmed: 'that larger images cost no more',
  rates: [{ usd: 0.03 }],
};
