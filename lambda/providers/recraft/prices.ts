import type { ImagePrice } from '../../domain/money/model-price.ts';

/** A model's edits cost as much as its generations. */
export const perImage = (usd: number): ImagePrice => ({
  kind: 'image',
  readOn: '2026-11-28',
  source: 'recraft.ai/docs/api-reference/pricing',
  refusal: 'unknown',
  rates: [{ usd }],
});
