import type { ImageRequest } from '../domain/generation.ts';
import type { OutputTokens, PricedParameters, TokenPrice } from '../domain/money/model-price.ts';
import { determined } from './image-rates.ts';
import type { Expected } from './priced-pixels.ts';
import { type Size, sizeText } from './size-plan.ts';

/** The size that a model is taken to choose: most do. */
const usualSize: Size = { width: 1024, height: 1024 };

/** Tokens that each image of a request takes: at most those of the dearest value wherever the provider chooses. */
export function tokensPerImage(price: TokenPrice, request: ImageRequest, maxPixels: number): Expected {
  const values = determined(request, price.defaults);
  const usual = { ...price.usual, ...values };
  const { margin = 0 } = price.imageTokens.by === 'patches' ? price.imageTokens : {};
  return {
    likely: mostTokens(price.imageTokens, usual, request.size ?? usualSize, maxPixels),
    max: mostTokens(price.imageTokens, values, request.size, maxPixels) * (1 + margin),
  };
}

function mostTokens(
  table: OutputTokens,
  { quality, resolution }: PricedParameters,
  size: Size | undefined,
  maxPixels: number,
): number {
  switch (table.by) {
    case 'size': {
      const bySize = entriesOf(table.tokens, quality);
      return Math.max(...bySize.flatMap((sizes) => entriesOf(sizes, size && sizeText(size))));
    }
    case 'resolution':
      return Math.max(...entriesOf(table.tokens, resolution));
    case 'patches':
      return Math.max(...entriesOf(table.longEdge, quality).map((edge) => patchTokens(edge, size, maxPixels)));
  }
}

/** The entry of a known key; every entry, if the key is unknown or has none. */
function entriesOf<T>(table: Readonly<Record<string, T>>, key: string | undefined): readonly T[] {
  const entry = key === undefined ? undefined : table[key];
  return entry === undefined ? Object.values(table) : [entry];
}

/**
 * OpenAI's formula for sizes of any kind, as its guide's calculator has it: community.openai.com/t/1382699. A square takes
 * the most of all shapes with as many pixels.
 */
function patchTokens(longEdge: number, size: Size | undefined, maxPixels: number): number {
  const { width, height } = size ?? { width: Math.sqrt(maxPixels), height: Math.sqrt(maxPixels) };
  const shortEdge = Math.round((longEdge * Math.min(width, height)) / Math.max(width, height));
  const pixels = size ? width * height : maxPixels;
  return Math.ceil((longEdge * shortEdge * (2_000_000 + pixels)) / 4_000_000);
}
