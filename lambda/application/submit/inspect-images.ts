import { GatewayError } from '../../domain/error-code.ts';
import { type ImageFacts, maxImagePixels, maxImageSide, shownSize } from '../../domain/images/image.ts';
import { readImageHeader } from '../../domain/images/image-header.ts';
import type { ReceivedBytes } from '../../domain/jobs/received-submission.ts';

/** A received image with what its bytes say of it. */
export interface InspectedImage extends ImageFacts {
  readonly received: ReceivedBytes;
}

/**
 * Tells what an input image is from its bytes, never from a header or a file's name.
 * Throws GatewayError `invalid_image` naming the part.
 */
export function inspectImage(received: ReceivedBytes): InspectedImage {
  const facts = readImageHeader(received.bytes);
  if (!facts) {
    throw invalidImage(received, 'is not a readable PNG, JPEG or WebP image. (The type is detected from the bytes.)');
  }
  const bound = brokenBound(facts);
  if (bound) throw invalidImage(received, `has ${facts.width}x${facts.height} pixels; the maximum is ${bound}.`);
  return { ...facts, received };
}

/** Decoding an image costs memory for its pixels, and possibly for each pixel of a side. */
function brokenBound({ width, height }: ImageFacts): string | undefined {
  if (Math.max(width, height) > maxImageSide) return `${maxImageSide.toLocaleString('en')} a side`;
  return width * height > maxImagePixels ? maxImagePixels.toLocaleString('en') : undefined;
}

/**
 * A mask, as viewers show it, is as large as the first image, as they show that or, where that is otherwise, as its pixels
 * are stored: some tools heed orientations, others don't. And it can be transparent.
 */
export function inspectMaskHeader(received: ReceivedBytes, image: ImageFacts): InspectedImage {
  const mask = inspectImage(received);
  const [shown, shownMask] = [shownSize(image), shownSize(mask)];
  const fits = [shown, image].some(({ width, height }) => shownMask.width === width && shownMask.height === height);
  if (!fits) {
    throw invalidImage(
      received,
      `is ${shownMask.width}x${shownMask.height}, but the first image is ${shown.width}x${shown.height}: both must have the same size.`,
    );
  }
  if (!mask.hasAlpha) {
    throw invalidImage(
      received,
      'has no alpha channel. Its transparent areas mark what to edit: send a PNG with alpha.',
    );
  }
  return mask;
}

const invalidImage = (received: ReceivedBytes, what: string): GatewayError =>
  new GatewayError('invalid_image', `The image in "${received.param}" ${what}`, { param: received.param });
