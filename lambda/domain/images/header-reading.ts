import type { ImageFacts } from './image.ts';

/** What the first bytes of a file say of the image in it. */
export interface HeaderReading {
  /** Undefined where it is none, or where that can't be told yet. */
  readonly facts: ImageFacts | undefined;
  /** True where metadata reach past these bytes: more of them may say more. */
  readonly isCut: boolean;
}
