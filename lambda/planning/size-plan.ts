import type { SizePolicy } from '../domain/model.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const sizeText = (size: Size): string => `${size.width}x${size.height}`;

/** Reads `1024x768`; undefined for anything else. */
export function parseSize(text: string): Size | undefined {
  const match = /^\s*([1-9]\d{0,4})\s*[x×]\s*([1-9]\d{0,4})\s*$/i.exec(text);
  return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}

/** Reads an aspect ratio such as `16:9`, `16x9` or `2.39:1` as width over height; undefined for anything else. */
export function parseAspectRatio(text: string): number | undefined {
  const match = /^\s*(\d{1,5}(?:\.\d{1,4})?)\s*[:x×/]\s*(\d{1,5}(?:\.\d{1,4})?)\s*$/i.exec(text);
  const ratio = match ? Number(match[1]) / Number(match[2]) : Number.NaN;
  return Number.isFinite(ratio) && ratio > 0 ? ratio : undefined;
}

/**
 * Reads a resolution such as `2K` or `512` as the edge of a square with as many pixels; undefined for anything else.
 */
export function parseResolution(text: string): number | undefined {
  const match = /^\s*(\d{1,5}(?:\.\d)?)\s*(k|px)?\s*$/i.exec(text);
  const edge = Number(match?.[1]) * (match?.[2]?.toLowerCase() === 'k' ? 1024 : 1);
  return Number.isFinite(edge) && edge >= 64 && edge <= 16_384 ? edge : undefined;
}

/** The size with that shape and as many pixels as a square with that edge; not yet one that a model makes. */
export const sizeOfShape = (ratio: number, edge: number): Size => ({
  width: edge * Math.sqrt(ratio),
  height: edge / Math.sqrt(ratio),
});

/** The nearest size that the model makes: the wish itself if it does, else one of nearly the same shape. */
export function nearestSize(policy: PixelPolicy, wish: Size): Size {
  const sizes =
    policy.kind === 'free' ? freeSizes(policy, wish) : policy.sizes.flatMap((text) => parseSize(text) ?? []);
  let nearest: Size | undefined;
  for (const size of sizes) {
    if (!nearest || distance(size, wish) < distance(nearest, wish)) nearest = size;
  }
  if (!nearest) throw new RangeError('A size policy without a single size');
  return nearest;
}

/** Whether a model makes just that size. */
export function isLegalSize(policy: PixelPolicy, size: Size): boolean {
  const { width, height } = size;
  if (policy.kind === 'listed') return policy.sizes.includes(sizeText(size));
  const pixels = width * height;
  return (
    width % policy.multipleOf === 0 &&
    height % policy.multipleOf === 0 &&
    Math.max(width, height) <= Math.min(policy.maxEdge, Math.min(width, height) * policy.widestRatio) &&
    pixels >= policy.minPixels &&
    pixels <= policy.maxPixels
  );
}

/** The policies for sizes in pixels. */
export type PixelPolicy = Extract<SizePolicy, { kind: 'free' | 'listed' }>;

/** The entry whose number is nearest to the wish, as a factor; undefined where there is none. */
export function nearestByFactor<T>(entries: readonly T[], numberOf: (entry: T) => number, wish: number): T | undefined {
  const far = (entry: T) => Math.abs(Math.log(numberOf(entry) / wish));
  return entries.toSorted((a, b) => far(a) - far(b))[0];
}

/** The ratio nearest to a shape; undefined where there is none. */
export const nearestRatio = (ratios: readonly string[], shape: number): string | undefined =>
  nearestByFactor(ratios, (text) => parseAspectRatio(text) ?? Number.NaN, shape);

/** A changed shape is seen sooner than a changed number of pixels, and so counts for more. */
const shapeWeight = 16;

function distance(size: Size, wish: Size): number {
  const wider = Math.log(size.width / wish.width);
  const higher = Math.log(size.height / wish.height);
  return (wider + higher) ** 2 + shapeWeight * (wider - higher) ** 2;
}

type FreePolicy = Extract<SizePolicy, { kind: 'free' }>;

/** For each width that the model makes, the heights beside the best one for it; the nearest size is among them. */
function* freeSizes(policy: FreePolicy, wish: Size): Generator<Size> {
  const { multipleOf, maxEdge, widestRatio, minPixels, maxPixels } = policy;
  for (let width = multipleOf; width <= maxEdge; width += multipleOf) {
    const lowest = Math.ceil(Math.max(minPixels / width, width / widestRatio) / multipleOf) * multipleOf;
    const highest = Math.floor(Math.min(maxPixels / width, width * widestRatio, maxEdge) / multipleOf) * multipleOf;
    if (lowest > highest || highest <= 0) continue;
    const best = wish.height * (width / wish.width) ** ((shapeWeight - 1) / (shapeWeight + 1));
    const below = Math.floor(best / multipleOf) * multipleOf;
    for (const height of [below, below + multipleOf]) {
      yield { width, height: Math.min(Math.max(height, lowest), highest) };
    }
  }
}
