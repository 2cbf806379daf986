import type { ImageRate, ModelPrice } from '../lambda/domain/money/model-price.ts';

const dollars = (usd: number): string => `$${usd}`;

/** A price in words, for the page of models. */
export function priceText(price: ModelPrice | undefined): string {
  switch (price?.kind) {
    case undefined:
      return 'unknown';
    case 'image': {
      const surcharges = Object.entries(price.surcharges ?? {}).map(
        ([name, usd]) => `with \`${name}\` ${dollars(usd)} more`,
      );
      const inputs = price.inputUsd === undefined ? [] : [`an input image ${dollars(price.inputUsd)}`];
      return ['an image', [...price.rates.map(rateText), ...surcharges, ...inputs].join('; ')].join(' ');
    }
    case 'megapixel': {
      const { firstUsd, furtherUsd, inputUsd, isProportional } = price;
      const first = `a megapixel ${dollars(firstUsd)}${isProportional ? ', in proportion' : ''}`;
      const further = furtherUsd === firstUsd ? [] : [`each further one ${dollars(furtherUsd)}`];
      const inputs = inputUsd === undefined ? [] : [`each of an input image ${dollars(inputUsd)}`];
      return [first, ...further, ...inputs].join('; ');
    }
    case 'tokens': {
      const { textIn, imageIn, imageOut, textOut } = price.usdPerMillion;
      const text = textOut === undefined ? [] : [`text out ${dollars(textOut)}`];
      const parts = [`text in ${dollars(textIn)}`, `images in ${dollars(imageIn)}`, `images out ${dollars(imageOut)}`];
      return `a million tokens: ${[...parts, ...text].join(', ')}`;
    }
  }
}

function rateText({ usd, operation, quality, resolution, background }: ImageRate): string {
  const conditions = [operation, quality, resolution, background].filter((each) => each !== undefined);
  return conditions.length === 0 ? dollars(usd) : `${dollars(usd)} (${conditions.join(', ')})`;
}

/** What is known of the charge for a refused request. */
export const refusalText = (price: ModelPrice | undefined): string =>
  ({ free: 'nothing', billed: 'its price', unknown: 'unknown' })[price?.refusal ?? 'unknown'];

/** Where a price is from, and when it was read there. */
export const priceSource = (price: ModelPrice | undefined): string =>
  price === undefined ? '–' : `${price.source} (${price.readOn})`;
