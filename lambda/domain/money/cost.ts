import type { Usage } from '../generation.ts';
import { usdOfImage } from './megapixels.ts';
import { type Micros, microsOf } from './micros.ts';
import type { MegapixelPrice, ModelPrice, TokenPrice } from './model-price.ts';
import type { Cost, Quote } from './quote.ts';

/** What is known of a provider request that has been carried out. */
export interface Outcome {
  /** Images that the request was for, and images that it made. */
  readonly asked: number;
  readonly made: number;
  /**
   * Pixels of each image made.
   * @default - they aren't known yet
   */
  readonly pixels?: readonly number[];
  readonly usage?: Usage | undefined;
  /** The provider's own figure, where its response has one. */
  readonly said?: Micros | undefined;
}

/**
 * What a request has cost: by the provider's own figure, else by the price list. Undefined where neither tells, which is
 * an unknown cost, never a cost of 0.
 */
export function costOf(quote: Quote | undefined, price: ModelPrice | undefined, outcome: Outcome): Cost | undefined {
  if (outcome.said !== undefined) return { micros: outcome.said, from: 'provider' };
  const micros = price?.kind === 'tokens' ? costByTokens(price, outcome.usage) : costByImages(quote, price, outcome);
  if (micros === undefined) return undefined;
  return { micros, from: 'price_list', ...(price?.readOn === undefined ? {} : { asOf: price.readOn }) };
}

/**
 * Images that were not made are not charged; what the request costs besides them is. Without a price for each image the
 * request didn't determine the price: the pixels of the images do, where they are charged by them.
 */
function costByImages(
  quote: Quote | undefined,
  price: Exclude<ModelPrice, TokenPrice> | undefined,
  { asked, made, pixels }: Outcome,
): Micros | undefined {
  if (quote?.likely === undefined) return undefined;
  if (quote.each !== undefined) return quote.likely - quote.each * (asked - made);
  return price?.kind === 'megapixel' && pixels ? costByPixels(price, pixels, quote.inputs ?? 0) : undefined;
}

const costByPixels = (price: MegapixelPrice, pixels: readonly number[], inputs: Micros): Micros =>
  pixels.reduce((sum, each) => sum + microsOf(usdOfImage(price, each)), inputs);

/** Tokens that the usage doesn't tell apart count as the dearer ones. */
function costByTokens({ usdPerMillion }: TokenPrice, usage: Usage | undefined): Micros | undefined {
  if (usage?.input_tokens === undefined || usage.output_tokens === undefined) return undefined;
  const { textIn, imageIn, imageOut, textOut = imageOut } = usdPerMillion;
  const into = charged(usage.input_tokens, usage.input_tokens_details, textIn, imageIn);
  const outOf = charged(usage.output_tokens, usage.output_tokens_details, textOut, imageOut);
  return Math.round(into + outOf);
}

/** Thoughts are among the tokens in all, but in no detail. */
function charged(all: number, details: Usage['input_tokens_details'], text: number, image: number): number {
  const images = details?.image_tokens ?? (details?.text_tokens === undefined ? undefined : all - details.text_tokens);
  if (images === undefined) return all * Math.max(text, image);
  return images * image + Math.max(0, all - images) * text;
}
