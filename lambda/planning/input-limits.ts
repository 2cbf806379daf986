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
  const { shortestEdge, mostPixels, widestRatio = Number.POSITIVE_INFINITY, mostBytes } = limits;
  const size = sizeText({ width, height });
  if (Math.min(width, height) < shortestEdge) return `with sides of at least ${shortestEdge} pixels, not ${size}`;
  if (width * height > mostPixels) return `of at most ${mostPixels.toLocaleString('en-US')} pixels, not ${size}`;
  if (Math.max(width / height, height / width) > widestRatio) return `of at most ${widestRatio}:1, not ${size}`;
  return bytes > mostBytes ? `of at most ${mostBytes.toLocaleString('en-US')} bytes, not ${bytes}` : undefined;
}
