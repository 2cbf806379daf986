import type { ImageRequest } from '../domain/generation.ts';
import type { SizePolicy } from '../domain/model.ts';
import { extended } from './read-margins.ts';
import { parseSize, type Size } from './size-plan.ts';

/** What a number comes to, usually and at most. The two are equal if the request determines it. */
export interface Expected {
  readonly likely: number;
  readonly max: number;
}

export const exactly = (number: number): Expected => ({ likely: number, max: number });

const pixelsOf = ({ width, height }: Size): number => width * height;

/** The size that most models make if they may choose. */
const usualPixels = 1024 * 1024;

/** Pixels of each image that a request makes of a model with these sizes. */
export function pricedPixels(sizes: SizePolicy, { size, parameters, images, margins }: ImageRequest): Expected {
  if (size) return exactly(pixelsOf(size));
  const [first] = images;
  switch (sizes.kind) {
    case 'free':
      return { likely: Math.min(first ? pixelsOf(first) : usualPixels, sizes.maxPixels), max: sizes.maxPixels };
    case 'listed': {
      const max = Math.max(...sizes.sizes.map((text) => pixelsOf(parseSize(text) ?? noSize)));
      return { likely: Math.min(usualPixels, max), max };
    }
    case 'ratios':
      return pixelsOfResolution(sizes.resolutions ?? {}, parameters.resolution);
    case 'input':
      return exactly(pixelsOf(extended(first ?? noSize, margins ?? noMargins)));
  }
}

function pixelsOfResolution(edges: Readonly<Record<string, number>>, word: string | undefined): Expected {
  const edge = word === undefined ? undefined : edges[word];
  if (edge !== undefined) return exactly(edge ** 2);
  const max = Math.max(...Object.values(edges).map((each) => each ** 2), usualPixels);
  return { likely: usualPixels, max };
}

const noSize: Size = { width: 0, height: 0 };
const noMargins = { left: 0, top: 0, right: 0, bottom: 0 };
