import type { ModelPricing } from '../contract/model-pricing.ts';
import type { ModelPrice, PriceFacts } from '../domain/money/model-price.ts';

/** A price in the contract's fields. */
export function pricingBody(price: ModelPrice): ModelPricing {
  const facts = factsBody(price);
  switch (price.kind) {
    case 'image':
      return {
        kind: 'image',
        ...facts,
        images: [...price.rates],
        input_image_usd: price.inputUsd ?? 0,
        ...(price.surcharges === undefined ? {} : { surcharges: price.surcharges }),
      };
    case 'megapixel':
      return {
        kind: 'megapixel',
        ...facts,
        megapixel_pixels: price.pixels,
        rounded_up: price.isProportional !== true,
        first_usd: price.firstUsd,
        further_usd: price.furtherUsd,
        input_usd: price.inputUsd ?? 0,
      };
    case 'tokens': {
      const { textIn, imageIn, imageOut, textOut } = price.usdPerMillion;
      return {
        kind: 'tokens',
        ...facts,
        per_million_tokens: {
          text_input_usd: textIn,
          image_input_usd: imageIn,
          image_output_usd: imageOut,
          ...(textOut === undefined ? {} : { text_output_usd: textOut }),
        },
      };
    }
  }
}

const factsBody = ({ readOn, source, refusal }: PriceFacts) =>
  ({ currency: 'USD', as_of: readOn ?? null, source, refusals: refusal }) as const;
