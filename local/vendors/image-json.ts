import type { ImageSource } from './image-source.ts';

const mark = '@@simulated-image';

/** A placeholder in an answer for the base64 text of an image, which `jsonWithImages` replaces. */
export function imageText(index: number): string {
  return `${mark}:${index}@@`;
}

// A multiple of three bytes, so that the pieces of base64 join without padding between them.
const sliceBytes = 48 * 1024;

/**
 * Writes a value as JSON piece by piece, on one line where the indent is 0. Each image is drawn when its place comes,
 * and let go of after it.
 */
export async function* jsonWithImages(
  value: unknown,
  images: readonly ImageSource[],
  indent = 2,
): AsyncGenerator<string> {
  const pieces = JSON.stringify(value, null, indent).split(new RegExp(`${mark}:(\\d+)@@`));
  for (const [position, piece] of pieces.entries()) {
    // `split` puts what the group caught, here the image's index, at the odd places.
    if (position % 2 === 0) {
      yield piece;
      continue;
    }
    const image = await images[Number(piece)]?.();
    if (image === undefined) throw new Error(`The answer names image ${piece}, which doesn't exist.`);
    for (let start = 0; start < image.length; start += sliceBytes) {
      yield image.toString('base64', start, Math.min(image.length, start + sliceBytes));
    }
  }
}
