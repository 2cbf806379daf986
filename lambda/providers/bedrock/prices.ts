import type { ImagePrice } from '../../domain/money/model-price.ts';

/** Prices in the US regions. Not confirmed: whether a filtered image is charged. */
export const perImage = (usd: number): ImagePrice => ({
  kind: 'image',
  readOn: '2026-11-28',
  source: 'aws.amazon.com/bedrock/pricing, as stdapi.ai and BerriAI/litellm have it',
  refusal: 'unknown',
  rates: [{ usd }],
});
