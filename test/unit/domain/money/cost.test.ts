import { describe, expect, it } from 'vitest';
import { costOf } from '../../../../lambda/domain/money/cost.ts';
import type { ImagePrice, TokenPrice } from '../../../../lambda/domain/money/model-price.ts';

const facts = { readOn: '2026-11-28', source: 'a price list', refusal: 'unknown' } as const;
const byImage: ImagePrice = { ...facts, kind: 'image', rates: [{ usd: 0.05 }] };
const byToken: TokenPrice = {
  ...facts,
  kind: 'tokens',
  usdPerMillion: { textIn: 5, imageIn: 8, imageOut: 30, textOut: 10 },
  imageTokens: { by: 'resolution', tokens: { '1K': 1120 } },
  inputTokens: { likely: 1000, max: 2000 },
};
const flat = { worst: 100_000, likely: 100_000, each: 50_000 };
const both = { asked: 2, made: 2 };
const listed = { from: 'price_list', asOf: '2026-11-28' } as const;

describe('costOf', () => {
  it("takes the provider's own figure before any other", () => {
    const usage = { input_tokens: 10, output_tokens: 1000 };
    expect(costOf(flat, byToken, { ...both, usage, said: 12_345 })).toEqual({ micros: 12_345, from: 'provider' });
    expect(costOf(undefined, undefined, { ...both, said: 0 })).toEqual({ micros: 0, from: 'provider' });
  });

  it('reckons tokens, each at its own price: 20 of text and 1,000 of image in, 1,756 of image and 64 of text out', () => {
    const usage = {
      input_tokens: 1020,
      input_tokens_details: { image_tokens: 1000, text_tokens: 20 },
      output_tokens: 1820,
      output_tokens_details: { image_tokens: 1756 },
    };
    // 20 * 5 + 1,000 * 8 + 1,756 * 30 + 64 * 10
    expect(costOf(undefined, byToken, { ...both, usage })).toEqual({ micros: 61_420, ...listed });
  });

  it('tells images from text by what is known of either', () => {
    const usage = {
      input_tokens: 30,
      input_tokens_details: { text_tokens: 30 },
      output_tokens: 100,
      output_tokens_details: { text_tokens: 40 },
    };
    // 30 * 5 + 60 * 30 + 40 * 10
    expect(costOf(undefined, byToken, { ...both, usage })).toEqual({ micros: 2350, ...listed });
  });

  it('counts tokens that are not told apart as the dearer ones', () => {
    const usage = { input_tokens: 20, output_tokens: 196 };
    // 20 * 8 + 196 * 30
    expect(costOf(undefined, byToken, { ...both, usage })).toEqual({ micros: 6040, ...listed });
  });

  it('does not know a price by tokens without the number of tokens, even if the quote is of one amount', () => {
    expect(costOf(flat, byToken, both)).toBeUndefined();
    expect(costOf(flat, byToken, { ...both, usage: { input_tokens: 7 } })).toBeUndefined();
  });

  it('charges images that were made, and what the request costs besides them', () => {
    expect(costOf(flat, byImage, both)).toEqual({ micros: 100_000, ...listed });
    expect(costOf({ worst: 120_000, likely: 120_000, each: 50_000 }, byImage, { asked: 2, made: 1 })).toEqual({
      micros: 70_000,
      ...listed,
    });
  });

  it('takes the price by the megapixel from the images that were made, and adds what the inputs cost', () => {
    const byMegapixel = { ...facts, kind: 'megapixel', pixels: 1_048_576, firstUsd: 0.03, furtherUsd: 0.015 } as const;
    const quote = { worst: 105_000, likely: 75_000, inputs: 30_000 };
    const one = { asked: 1, made: 1 };
    expect(costOf(quote, byMegapixel, { ...one, pixels: [2048 * 1024] })).toEqual({ micros: 75_000, ...listed });
    expect(costOf(quote, byMegapixel, { ...both, pixels: [1, 1] })).toEqual({ micros: 90_000, ...listed });
    expect(costOf(quote, byMegapixel, one)).toBeUndefined();
    expect(costOf(quote, byImage, { ...one, pixels: [1] })).toBeUndefined();
    const flatQuote = { worst: 30_000, likely: 30_000, each: 30_000 };
    expect(costOf(flatQuote, byMegapixel, { ...one, pixels: [2048 * 1024] })?.micros).toBe(30_000);
  });

  it('does not know the cost of a request that did not determine the price', () => {
    expect(costOf({ worst: 8000, likely: 6000 }, byImage, both)).toBeUndefined();
    expect(costOf({ worst: 8000, likely: 8000 }, byImage, both)).toBeUndefined();
  });

  it('does not know what a model without a price has cost, whatever the stage assumes', () => {
    expect(costOf(undefined, undefined, both)).toBeUndefined();
    expect(costOf({ worst: 500_000 }, undefined, both)).toBeUndefined();
  });
});
