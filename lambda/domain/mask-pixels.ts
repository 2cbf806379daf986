import type { ImageFacts } from './image.ts';

/**
 * Below this alpha a pixel of a mask is to be edited. OpenAI speaks of fully transparent areas and says nothing of what lies
 * between: it goes to the nearer side.
 */
export const minKeptAlpha = 128;

/** What the pixels of a mask say: whether any is to be edited (`minKeptAlpha`), and whether any is half transparent. */
export interface MaskPixels {
  readonly isEdited: boolean;
  readonly isSoft: boolean;
}

/**
 * Looks at the pixels of a mask, without ever holding them. Undefined where they can't be looked at so: in a file that is no
 * png, has more than `mostConvertedPixels`, or is damaged.
 */
export type LookAtMask = (bytes: Uint8Array, facts: ImageFacts) => Promise<MaskPixels | undefined>;
