import type { InputImage } from '../domain/images/image.ts';
import type { InputLimits } from './model-spec.ts';
import { sizeText } from './size-plan.ts';

/** A sentence on the first input image that breaks a model's limits; undefined where none does. */
export function brokenInputLimit(
  model: string,
  limits: InputLimits,
  images: readonly InputImage[],
): string | undefined {
  for (const image of images) {
    const rule = brokenRule(limits, image);
    if (rule !== undefined) return `${model} takes images ${rule}.`;
  }
  return undefined;
}

function brokenRule(limits: InputLimits, { width, height, bytes }: InputImage): string | undefined {
  const { minEdge, maxPixels, widestRatio = Number.POSITIVE_INFINITY, maxBytes } = limits;
  const size = sizeText({ width, height });
  if (Math.min(width, height) < minEdge) return `with sides of at least ${minEdge} pixels, not ${size}`;
  if (width * height > maxPixels) return `of at most ${maxPixels.toLocaleString('en-US')} pixels, not ${size}`;
  if (Math.max(width / height, height / width) > widestRatio) return `of at most ${widestRatio}:1, not ${size}`;
  return bytes > maxBytes ? `of at most ${maxBytes.toLocaleString('en-US')} bytes, not ${bytes}` : undefined;
}
