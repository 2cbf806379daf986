import { describe, expect, it } from 'vitest';
import { modelPricingSchema } from '../../../lambda/contract/model-pricing.ts';
import type { ModelPrice } from '../../../lambda/domain/money/model-price.ts';
import { pricingBody } from '../../../lambda/http/model-pricing.ts';

const facts = { readOn: '2026-11-28', source: 'a price list', refusal: 'free' } as const;
const shownFacts = { currency: 'USD', as_of: '2026-11-28', source: 'a price list', refusals: 'free' };

describe('pricingBody', () => {
  it.each<[kind: string, price: ModelPrice, shown: object]>([
    [
      'the image, with the conditions of each rate',
      {
        ...facts,
        kind: 'image',
        rates: [
          { usd: 0.02, quality: 'low', resolution: '1k', operation: 'edit', background: 'transparent' },
          { usd: 0.05 },
        ],
        inputUsd: 0.01,
        surcharges: { web_search: 0.015 },
      },
      {
        ...shownFacts,
        kind: 'image',
        images: [
          { usd: 0.02, quality: 'low', resolution: '1k', operation: 'edit', background: 'transparent' },
          { usd: 0.05 },
        ],
        input_image_usd: 0.01,
        surcharges: { web_search: 0.015 },
      },
    ],
    [
      'the image, where inputs are free',
      { ...facts, kind: 'image', rates: [{ usd: 0.05 }] },
      { ...shownFacts, kind: 'image', images: [{ usd: 0.05 }], input_image_usd: 0 },
    ],
    [
      'the megapixel',
      { ...facts, kind: 'megapixel', pixels: 1_048_576, firstUsd: 0.03, furtherUsd: 0.015, inputUsd: 0.01 },
      {
        ...shownFacts,
        ...{ kind: 'megapixel', megapixel_pixels: 1_048_576, rounded_up: true },
        ...{ first_usd: 0.03, further_usd: 0.015, input_usd: 0.01 },
      },
    ],
    [
      'the megapixel in proportion',
      { ...facts, kind: 'megapixel', pixels: 1_000_000, firstUsd: 0.03, furtherUsd: 0.03, isProportional: true },
      {
        ...shownFacts,
        ...{ kind: 'megapixel', megapixel_pixels: 1_000_000, rounded_up: false },
        ...{ first_usd: 0.03, further_usd: 0.03, input_usd: 0 },
      },
    ],
    [
      'tokens',
      {
        ...facts,
        kind: 'tokens',
        usdPerMillion: { textIn: 5, imageIn: 8, imageOut: 30, textOut: 10 },
        imageTokens: { by: 'resolution', tokens: { '1K': 1120 } },
        inputTokens: { likely: 1000, max: 2000 },
      },
      {
        ...shownFacts,
        kind: 'tokens',
        per_million_tokens: { text_input_usd: 5, image_input_usd: 8, image_output_usd: 30, text_output_usd: 10 },
      },
    ],
  ])('shows a price by %s', (_kind, price, shown) => {
    expect(pricingBody(price)).toEqual(shown);
    expect(modelPricingSchema.parse(pricingBody(price))).toEqual(shown);
  });

  it('has no day for a price of the stage itself', () => {
    const { readOn: _, ...own } = facts;
    expect(pricingBody({ ...own, kind: 'image', rates: [{ usd: 0 }] }).as_of).toBeNull();
  });
});
