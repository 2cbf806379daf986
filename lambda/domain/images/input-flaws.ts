import { type ImageFacts, maxImagePixels, maxImageSide, shownSize } from './image.ts';

/** What is said of an input whose bytes are none of the types that the gateway takes. */
export const notAnImage = 'is not a readable PNG, JPEG or WebP image. (The type is detected from the bytes.)';

/** What is said of a mask that leaves nothing to edit. */
export const opaqueMask = 'has no transparent area. Make the area to edit transparent.';

/** What forbids an image as an input, as the end of a sentence about it; undefined if nothing does. */
export function imageFlaw(facts: ImageFacts): string | undefined {
  const bound = brokenBound(facts);
  return bound && `has ${facts.width}x${facts.height} pixels; the maximum is ${bound}. Scale it down.`;
}

/** Decoding an image costs memory for its pixels, and possibly for each pixel of a side. */
function brokenBound({ width, height }: ImageFacts): string | undefined {
  if (Math.max(width, height) > maxImageSide) return `${maxImageSide.toLocaleString('en')} a side`;
  return width * height > maxImagePixels ? maxImagePixels.toLocaleString('en') : undefined;
}

/**
 * What forbids an image as a mask of the first image. A mask, as viewers show it, is as large as that image, as they show that
 * or, where that is otherwise, as its pixels are stored: some tools heed orientations, others don't. And it can be transparent.
 */
export function maskFlaw(mask: ImageFacts, image: ImageFacts): string | undefined {
  const [shown, shownMask] = [shownSize(image), shownSize(mask)];
  const fits = [shown, image].some(({ width, height }) => shownMask.width === width && shownMask.height === height);
  if (!fits) {
    return `is ${shownMask.width}x${shownMask.height}, but the first image is ${shown.width}x${shown.height}: both must have the same size.`;
  }
  return mask.hasAlpha
    ? undefined
    : 'has no alpha channel. Its transparent areas mark what to edit: send a PNG with alpha.';
}
