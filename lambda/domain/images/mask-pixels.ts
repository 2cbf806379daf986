import type { ByteStream, ImageFacts } from './image.ts';

/**
 * Below this alpha a pixel of a mask is to be edited. OpenAI speaks of fully transparent areas and says nothing of what lies
 * between: it goes to the nearer side.
 */
export const minKeptAlpha = 128;

/**
 * Whether any pixel of a mask is to be edited (`minKeptAlpha`), found out without ever holding them all, nor the file. `unknown` where
 * they can't be read this way: in a file that is no png, or is damaged. `open` gives the file's bytes; what it or
 * the stream throws is thrown.
 */
export type InspectMask = (
  facts: ImageFacts,
  open: () => Promise<ByteStream>,
) => Promise<'edits' | 'opaque' | 'unknown'>;
