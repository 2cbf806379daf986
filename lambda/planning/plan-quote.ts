import type { ImageRequest } from '../domain/generation.ts';
import type { SizePolicy } from '../domain/model.ts';
import { megapixelsOf, usdOfImage } from '../domain/money/megapixels.ts';
import { microsAbove, microsOf } from '../domain/money/micros.ts';
import type { MegapixelPrice } from '../domain/money/model-price.ts';
import type { Quote } from '../domain/money/quote.ts';
import { type UsdPerImage, usdPerImage } from './image-rates.ts';
import type { ModelSpec } from './model-spec.ts';
import { planTokenQuote } from './plan-token-quote.ts';
import { exactly, pricedPixels } from './priced-pixels.ts';

/** What a request to a model costs; undefined if the model's price is unknown. */
export function planQuote(
  { price, sizes }: Pick<ModelSpec, 'price' | 'sizes'>,
  request: ImageRequest,
): Quote | undefined {
  if (!price) return undefined;
  switch (price.kind) {
    case 'image': {
      const inputs = request.images.length * (price.inputUsd ?? 0);
      return quoteByImages(usdPerImage(price, request), request.n, inputs);
    }
    case 'megapixel':
      return quoteByPixels(price, request, sizes);
    case 'tokens':
      return planTokenQuote(price, request, pricedPixels(sizes, request).max);
  }
}

function quoteByImages({ likely, max, isCertain }: UsdPerImage, n: number, inputsUsd: number): Quote {
  if (!isCertain) return { worst: microsAbove(n * max + inputsUsd), likely: microsOf(n * likely + inputsUsd) };
  const each = microsOf(likely);
  const all = n * each + microsOf(inputsUsd);
  return { worst: all, likely: all, each };
}

/** If the provider chooses the size, what input images cost is kept apart: the rest follows from the images made. */
function quoteByPixels(price: MegapixelPrice, request: ImageRequest, sizes: SizePolicy): Quote {
  const inputsUsd = usdOfInputs(price, request);
  const quote = quoteByImages(usdByPixels(price, request, sizes), request.n, inputsUsd);
  return quote.each !== undefined || inputsUsd === 0 ? quote : { ...quote, inputs: microsOf(inputsUsd) };
}

function usdByPixels(price: MegapixelPrice, request: ImageRequest, sizes: SizePolicy): UsdPerImage {
  const isDefault = request.operation !== 'edit' && request.size === undefined;
  const { defaultPixels } = price;
  const pixels = isDefault && defaultPixels !== undefined ? exactly(defaultPixels) : pricedPixels(sizes, request);
  const [likely, max] = [usdOfImage(price, pixels.likely), usdOfImage(price, pixels.max)];
  return { likely, max, isCertain: likely === max };
}

function usdOfInputs(price: MegapixelPrice, { images }: ImageRequest): number {
  const megapixels = images.map(({ width, height }) => megapixelsOf(price, width * height));
  return megapixels.reduce((sum, each) => sum + each, 0) * (price.inputUsd ?? 0);
}
