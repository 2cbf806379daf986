import { describe, expect, it } from 'vitest';
import type { ImageRequest } from '../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import type { SizePolicy } from '../../../lambda/domain/model.ts';
import type { ImagePrice, MegapixelPrice, TokenPrice } from '../../../lambda/domain/money/model-price.ts';
import { planQuote } from '../../../lambda/planning/plan-quote.ts';

const facts = { readOn: '2026-11-28', source: 'a price list', refusal: 'unknown' } as const;
const free: SizePolicy = {
  kind: 'free',
  multipleOf: 16,
  maxEdge: 3840,
  widestRatio: 3,
  minPixels: 65_536,
  maxPixels: 4_194_304,
};
const ratios: SizePolicy = { kind: 'ratios', ratios: ['1:1'], resolutions: { '1K': 1024, '2K': 2048, '4K': 4096 } };
const kept: SizePolicy = { kind: 'input' };

const image = (width: number, height: number): InputImage => ({
  key: 'inputs/1',
  type: 'png',
  width,
  height,
  hasAlpha: false,
  bytes: 100,
  sha256: 'aa',
});
const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  operation: 'generation',
  model: 'any',
  // 12 characters, 13 bytes.
  prompt: 'a café table',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
  ...changes,
});

describe('planQuote', () => {
  it('has none for a model without a price', () => {
    expect(planQuote({ sizes: free }, request())).toBeUndefined();
  });
});

describe('planQuote by the image', () => {
  const flat: ImagePrice = { ...facts, kind: 'image', rates: [{ usd: 0.04 }], inputUsd: 0.01 };
  const graded: ImagePrice = {
    ...facts,
    kind: 'image',
    rates: [
      { usd: 0.01, operation: 'background_removal' },
      { usd: 0.02, quality: 'low', resolution: '1K' },
      { usd: 0.03, quality: 'low' },
      { usd: 0.05, resolution: '1K' },
      { usd: 0.08 },
    ],
  };
  const quoteOf = (price: ImagePrice, changes: Partial<ImageRequest> = {}, sizes: SizePolicy = ratios) =>
    planQuote({ price, sizes }, request(changes));

  it('counts each image, and each input image', () => {
    expect(quoteOf(flat)).toEqual({ worst: 40_000, likely: 40_000, each: 40_000 });
    expect(quoteOf(flat, { n: 3, operation: 'edit', images: [image(64, 64), image(64, 64)] })).toEqual({
      worst: 140_000,
      likely: 140_000,
      each: 40_000,
    });
  });

  it('takes the first rate that applies', () => {
    const one = (usd: number) => ({ worst: usd, likely: usd, each: usd });
    expect(quoteOf(graded, { parameters: { quality: 'low', resolution: '1K' } })).toEqual(one(20_000));
    expect(quoteOf(graded, { parameters: { quality: 'low', resolution: '2K' } })).toEqual(one(30_000));
    expect(quoteOf(graded, { parameters: { quality: 'high', resolution: '1K' } })).toEqual(one(50_000));
    expect(quoteOf(graded, { parameters: { quality: 'high', resolution: '4K' } })).toEqual(one(80_000));
    expect(quoteOf(graded, { operation: 'edit', editType: 'background_removal' })).toEqual(one(10_000));
  });

  it('takes what the provider chooses for the dearest, and for the usual if that is known', () => {
    expect(quoteOf(graded)).toEqual({ worst: 80_000, likely: 80_000 });
    expect(quoteOf(graded, { parameters: { quality: 'auto', resolution: '1K' } })).toEqual({
      worst: 50_000,
      likely: 50_000,
    });
    const usual = { ...graded, usual: { quality: 'low', resolution: '1K' } };
    expect(quoteOf(usual, { n: 2 })).toEqual({ worst: 160_000, likely: 40_000 });
    expect(quoteOf(usual, { parameters: { resolution: '2K' } })).toEqual({ worst: 80_000, likely: 30_000 });
  });

  it('takes a documented default for what is sent', () => {
    const price = { ...graded, defaults: { quality: 'low', resolution: '1K' } };
    expect(quoteOf(price)).toEqual({ worst: 20_000, likely: 20_000, each: 20_000 });
    expect(quoteOf(price, { parameters: { resolution: '4K' } })).toEqual({
      worst: 30_000,
      likely: 30_000,
      each: 30_000,
    });
  });

  it('tells a transparent background from none', () => {
    const price: ImagePrice = {
      ...facts,
      kind: 'image',
      rates: [{ usd: 0.07, background: 'transparent' }, { usd: 0.06 }],
    };
    const one = (usd: number) => ({ worst: usd, likely: usd, each: usd });
    expect(quoteOf(price, { parameters: { background: 'transparent' } })).toEqual(one(70_000));
    expect(quoteOf(price, { parameters: { background: 'auto' } })).toEqual(one(60_000));
    expect(quoteOf(price)).toEqual(one(60_000));
  });

  it('adds what an extra parameter costs, unless it is off', () => {
    const price: ImagePrice = { ...flat, surcharges: { grounding: 0.015 } };
    expect(quoteOf(price, { n: 2, extra: { grounding: true } })).toEqual({
      worst: 110_000,
      likely: 110_000,
      each: 55_000,
    });
    expect(quoteOf(price, { extra: { grounding: false } })).toEqual({ worst: 40_000, likely: 40_000, each: 40_000 });
  });
});

describe('planQuote by the megapixel', () => {
  const price: MegapixelPrice = {
    ...facts,
    kind: 'megapixel',
    pixels: 1_048_576,
    firstUsd: 0.03,
    furtherUsd: 0.015,
    inputUsd: 0.015,
  };
  const quoteOf = (changes: Partial<ImageRequest>, sizes: SizePolicy = free, asked: MegapixelPrice = price) =>
    planQuote({ price: asked, sizes }, request(changes));

  it('charges the first megapixel and each further one that is begun', () => {
    const one = (usd: number) => ({ worst: usd, likely: usd, each: usd });
    expect(quoteOf({ size: { width: 512, height: 512 } })).toEqual(one(30_000));
    expect(quoteOf({ size: { width: 1024, height: 1024 } })).toEqual(one(30_000));
    expect(quoteOf({ size: { width: 1040, height: 1024 } })).toEqual(one(45_000));
    expect(quoteOf({ size: { width: 2048, height: 2048 } })).toEqual(one(75_000));
  });

  it('charges the megapixels of input images, up to the size that they are scaled to', () => {
    // 2 images at 0.03, and 1 and 12 megapixels of input at 0.015.
    const edit = { n: 2, operation: 'edit', size: { width: 1024, height: 1024 } } as const;
    const images = [image(800, 600), image(4096, 3000)];
    expect(quoteOf({ ...edit, images })).toEqual({ worst: 255_000, likely: 255_000, each: 30_000 });
    const scaled = { ...price, maxMegapixels: 4 };
    expect(quoteOf({ ...edit, images }, free, scaled)).toEqual({ worst: 135_000, likely: 135_000, each: 30_000 });
  });

  it('takes a size that is left to the model for the largest, usually a megapixel or that of the input', () => {
    expect(quoteOf({})).toEqual({ worst: 75_000, likely: 30_000 });
    const edit = quoteOf({ operation: 'edit', images: [image(1500, 1000)] });
    expect(edit).toEqual({ worst: 105_000, likely: 75_000, inputs: 30_000 });
  });

  it('knows the size of what is generated by default, and of nothing else', () => {
    const known = { ...price, defaultPixels: 1_048_576 };
    expect(quoteOf({}, free, known)).toEqual({ worst: 30_000, likely: 30_000, each: 30_000 });
    expect(quoteOf({ operation: 'edit', images: [] }, free, known)?.worst).toBe(75_000);
    expect(quoteOf({ size: { width: 2048, height: 1024 } }, free, known)?.worst).toBe(45_000);
  });

  it('charges parts of a megapixel in proportion where the provider does', () => {
    const exact: MegapixelPrice = {
      ...facts,
      kind: 'megapixel',
      pixels: 1_000_000,
      firstUsd: 0.0154,
      furtherUsd: 0.0154,
    };
    const proportional = { ...exact, isProportional: true } as const;
    // 1.048576 and 0.262144 megapixels at 0.0154: 16,148.07 and 4,037.02 micro-dollars.
    const square = (edge: number) => ({ size: { width: edge, height: edge } });
    expect(quoteOf(square(1024), free, proportional)).toEqual({ worst: 16_148, likely: 16_148, each: 16_148 });
    expect(quoteOf(square(512), free, proportional)?.likely).toBe(4037);
  });

  it('knows the size of what keeps or extends its input', () => {
    const margins = { left: 500, top: 0, right: 500, bottom: 0 };
    expect(quoteOf({ operation: 'edit', images: [image(1000, 1000)] }, kept)).toEqual({
      worst: 45_000,
      likely: 45_000,
      each: 30_000,
    });
    expect(quoteOf({ operation: 'edit', images: [image(1000, 1000)], margins }, kept)).toEqual({
      worst: 60_000,
      likely: 60_000,
      each: 45_000,
    });
  });

  it('counts a resolution by the square of its edge', () => {
    expect(quoteOf({ parameters: { resolution: '2K' } }, ratios)?.worst).toBe(75_000);
    expect(quoteOf({}, ratios)).toEqual({ worst: 255_000, likely: 30_000 });
  });
});

describe('planQuote by tokens', () => {
  const price: TokenPrice = {
    ...facts,
    kind: 'tokens',
    usdPerMillion: { textIn: 5, imageIn: 8, imageOut: 30 },
    imageTokens: { by: 'patches', longEdge: { low: 16, medium: 48, high: 96 } },
    inputTokens: { likely: 1000, max: 1500 },
    partialTokens: 100,
    usual: { quality: 'medium' },
  };
  const sizes: SizePolicy = { ...free, maxPixels: 8_294_400 };
  const quoteOf = (changes: Partial<ImageRequest>, asked: TokenPrice = price) =>
    planQuote({ price: asked, sizes }, request(changes));
  const square = { width: 1024, height: 1024 };

  // The prompt of 13 bytes: at most 77 tokens at $5, usually 4.
  it("counts output by OpenAI's formula: 196, 1,756 and 7,024 tokens for 1024x1024", () => {
    expect(quoteOf({ size: square, parameters: { quality: 'low' } })).toEqual({ worst: 6265, likely: 5900 });
    expect(quoteOf({ size: square, parameters: { quality: 'medium' } })).toEqual({ worst: 53_065, likely: 52_700 });
    expect(quoteOf({ size: square, parameters: { quality: 'high' } })).toEqual({ worst: 211_105, likely: 210_740 });
  });

  it('counts 5,488 tokens for 1536x1024 and 12,329 for 3584x2048, as OpenAI bills them', () => {
    const high = { parameters: { quality: 'high' } };
    expect(quoteOf({ ...high, size: { width: 1536, height: 1024 } })?.likely).toBe(20 + 164_640);
    expect(quoteOf({ ...high, size: { width: 2048, height: 3584 } })?.likely).toBe(20 + 369_870);
  });

  it('takes quality and size that are left to the model for the dearest', () => {
    // 96 by 96 patches of 8,294,400 pixels: 23,719 tokens; usually those of 1024x1024 in medium quality.
    expect(quoteOf({ parameters: { quality: 'auto' } })).toEqual({ worst: 385 + 711_570, likely: 20 + 52_680 });
  });

  it('counts images, input images, and a mask among the inputs at most', () => {
    const edit = { n: 2, operation: 'edit', size: square, parameters: { quality: 'low' } } as const;
    const quote = quoteOf({ ...edit, images: [image(64, 64), image(64, 64)], mask: image(64, 64) });
    expect(quote).toEqual({ worst: 385 + 3 * 12_000 + 2 * 5880, likely: 20 + 2 * 8000 + 2 * 5880 });
  });

  it('counts three partial images at most where a stream may show them', () => {
    const low = { size: square, parameters: { quality: 'low' }, showsPartials: true } as const;
    expect(quoteOf(low)).toEqual({ worst: 6265 + 9000, likely: 5900 });
  });

  it('adds the margin of a number that is only measured to the worst alone', () => {
    const measured = { ...price, imageTokens: { ...price.imageTokens, margin: 0.1 } } as TokenPrice;
    expect(quoteOf({ size: square, parameters: { quality: 'low' } }, measured)).toEqual({ worst: 6853, likely: 5900 });
  });

  it('looks tokens up by resolution, and adds the text that comes out', () => {
    const gemini: TokenPrice = {
      ...price,
      usdPerMillion: { textIn: 0.5, imageIn: 0.5, imageOut: 60, textOut: 3 },
      imageTokens: { by: 'resolution', tokens: { '1K': 1120, '4K': 2520 } },
      textTokens: { likely: 200, max: 30_000 },
      defaults: { resolution: '1K' },
      partialTokens: 0,
    };
    // 77 * 0.5 + 1,120 * 60 + 30,000 * 3; 4 * 0.5 + 1,120 * 60 + 200 * 3
    expect(quoteOf({}, gemini)).toEqual({ worst: 157_239, likely: 67_802 });
    expect(quoteOf({ parameters: { resolution: '4K' } }, gemini)?.likely).toBe(151_802);
  });

  it('looks tokens up by quality and size', () => {
    const listed: TokenPrice = {
      ...price,
      imageTokens: {
        by: 'size',
        tokens: { low: { '1024x1024': 272, '1536x1024': 400 }, high: { '1024x1024': 4160, '1536x1024': 6208 } },
      },
      usual: { quality: 'high' },
    };
    expect(quoteOf({ size: square, parameters: { quality: 'low' } }, listed)?.likely).toBe(20 + 8160);
    expect(quoteOf({ size: square }, listed)).toEqual({ worst: 385 + 124_800, likely: 20 + 124_800 });
    expect(quoteOf({}, listed)).toEqual({ worst: 385 + 186_240, likely: 20 + 124_800 });
  });
});
