import type { ImageRequest } from '../domain/generation.ts';
import { microsAbove, usdOf } from '../domain/money/micros.ts';
import type { TokenPrice } from '../domain/money/model-price.ts';
import type { Quote } from '../domain/money/quote.ts';
import { tokensPerImage } from './image-tokens.ts';

/** No token is shorter than a byte of UTF-8; what providers add to each request is far below this. */
const addedTokens = 64;
const usualBytesPerToken = 4;

/** How many partial images a stream may show; planning doesn't know how many it will. */
const maxPartials = 3;

/** What a request costs that is charged by tokens, for images of at most so many pixels. */
export function planTokenQuote(price: TokenPrice, request: ImageRequest, maxPixels: number): Quote {
  const perImage = tokensPerImage(price, request, maxPixels);
  const { textIn, imageIn, imageOut, textOut = 0 } = price.usdPerMillion;
  const { inputTokens, textTokens = { likely: 0, max: 0 }, partialTokens = 0 } = price;
  const { n, images, mask, showsPartials } = request;
  const bytes = new TextEncoder().encode(request.prompt).length;
  const partials = showsPartials ? maxPartials * partialTokens : 0;
  const likely =
    Math.ceil(bytes / usualBytesPerToken) * textIn +
    images.length * inputTokens.likely * imageIn +
    n * perImage.likely * imageOut +
    textTokens.likely * textOut;
  const worst =
    (bytes + addedTokens) * textIn +
    (images.length + (mask ? 1 : 0)) * inputTokens.max * imageIn +
    (n * perImage.max + partials) * imageOut +
    textTokens.max * textOut;
  return { worst: microsAbove(usdOf(worst)), likely: Math.round(likely) };
}
