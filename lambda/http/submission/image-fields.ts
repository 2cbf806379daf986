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
const words =
  'images?|image_urls?|input_images?|input_image_urls?|init_image|reference_images?|image_prompt|input_references?';
/**
 * A form has no objects, so clients write the path of a member into a part's name, in brackets as OpenAI's SDKs do or
 * with dots: `images[][file_id]`, `images[0].image_url.url`.
 */
const index = String.raw`(?:\[\d{0,9}\]|\.\d{1,9})?`;
const member = String.raw`(?:(?:\[(?:image_url|file_id)\]|\.(?:image_url|file_id))(?:\[url\]|\.url)?)?`;
const imageName = new RegExp(`^(?:${words})${index}${member}$`);
const maskName = new RegExp(`^mask${index}${member}$`);

/** What a field or part is to an operation; `unwanted` where it bears an image and the operation takes none at all. */
export type FieldPlace = 'image' | 'mask' | 'unwanted' | 'field';

export const isImageName = (name: string): boolean => imageName.test(name) || maskName.test(name);

const numberedMember = /^(?<entry>.+(?:\[\d+\]|\.\d+))[.[](?:image_url|file_id)/;

/** The entry of a list that a part with a member's path belongs to, such as `images[0]`; undefined where it has no number. */
export const numberedEntry = (name: string): string | undefined => numberedMember.exec(name)?.groups?.entry;

/** Where a field or part of this name belongs. */
export function placeOf(operation: Operation, name: string): FieldPlace {
  if (!isImageName(name)) return 'field';
  const takes = imagesTaken[operation];
  if (!takes.images) return 'unwanted';
  if (imageName.test(name)) return 'image';
  return takes.mask ? 'mask' : 'field';
}
