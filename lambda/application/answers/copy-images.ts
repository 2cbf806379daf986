import type { ResultImage } from '../../domain/jobs/job-result.ts';
import type { ImageStore } from '../../domain/ports.ts';

/**
 * Copies the images of a result below a prefix within the bucket, concurrently. The keys depend on the images' order alone, so
 * that two workers make the same copies. Undefined if an image isn't there any more; others may have been copied nevertheless.
 */
export async function copyImages(
  store: Pick<ImageStore, 'copy'>,
  images: readonly ResultImage[],
  prefix: string,
): Promise<readonly ResultImage[] | undefined> {
  const copied = await Promise.all(
    images.map(async (image, index) => {
      const key = `${prefix}/${index}.${image.type}`;
      return (await store.copy(image.key, key)) ? [{ ...image, key }] : [];
    }),
  );
  return copied.every((each) => each.length > 0) ? copied.flat() : undefined;
}
