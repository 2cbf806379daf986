import type { ByteStream, StoredImage } from '../../../domain/images/image.ts';
import type { ProviderCall } from '../../../domain/provider.ts';
import { entriesIn, hasPicture, imagePlaces, shownPictures } from './picture-places.ts';
import { type Split, splitJson } from './split-json.ts';

/** How long an answer, or an event of a stream, may be without its images. */
export const maxOtherBytes = 1024 * 1024;

/**
 * Reads an answer of the images API's family: streams its images into the bucket, and keeps the rest for a caller who
 * requested the raw answer. A truncated answer counts as far as it came if it has an image, or the URL of one. Throws
 * as `splitJson` does.
 */
export async function splitPictures(body: ByteStream, call: ProviderCall): Promise<Split<StoredImage>> {
  const split = await splitJson(body, {
    ...imagePlaces,
    take: (number, bytes) => call.saveImage(number, bytes),
    isEnough: (said) => entriesIn(said).some(hasPicture),
    maxSkeletonBytes: maxOtherBytes,
  });
  call.keepRawResponse(() => shownPictures(split.skeleton, split.taken));
  return split;
}
