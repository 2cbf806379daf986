import type { Operation } from '../domain/generation.ts';
import { imagesTaken } from './submission-form.ts';

/** Under which names a body has images, as parts or as members: those of OpenAI's clients, Bifrost's, and of forms that count. */
const imageName = /^(?:image|images|input_images)(?:\[\d{0,9}\])?$/;
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
