import type { ImagePrice } from '../../domain/money/model-price.ts';

const usdPerCredit = 0.01;

/** Prices are in credits. Failed generations are free; whether withheld images are isn't documented. */
export const perCredits = (credits: number): ImagePrice => ({
  kind: 'image',
  readOn: '2026-11-28',
  source: 'platform.stability.ai/pricing; stability.ai/api-pricing-update-25',
  refusal: 'unknown',
  rates: [{ usd: credits * usdPerCredit }],
});
