import type { Operation } from '../../domain/generation.ts';

/** Which images an operation takes. */
export const imagesTaken = {
  generation: { images: false, mask: false },
  edit: { images: true, mask: true },
  variation: { images: true, mask: false },
} as const;

/**
 * Under which names a body has images, as parts or as members: those of OpenAI's clients, Bifrost's, of forms that
 * count, and those by which other images APIs have their callers say the same. What is sent as an image is one here,
 * too, or is refused by its name.
 */
const imageName =
  /^(?:images?|image_urls?|input_images?|input_image_urls?|init_image|reference_images?|image_prompt|input_references?)(?:\[\d{0,9}\])?$/;
const maskName = /^mask(?:\[\d{0,9}\])?$/;

/** What a field or part is to an operation; `unwanted` where it bears an image and the operation takes none at all. */
export type FieldPlace = 'image' | 'mask' | 'unwanted' | 'field';

export const isImageName = (name: string): boolean => imageName.test(name) || maskName.test(name);

/** Where a field or part of this name belongs. */
export function placeOf(operation: Operation, name: string): FieldPlace {
  if (!isImageName(name)) return 'field';
  const takes = imagesTaken[operation];
  if (!takes.images) return 'unwanted';
  if (imageName.test(name)) return 'image';
  return takes.mask ? 'mask' : 'field';
}
