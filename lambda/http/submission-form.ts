import type { JsonValue } from '../domain/generation.ts';
import type { ReceivedImage } from '../domain/received-submission.ts';

/**
 * What a body said, in whichever encoding it came: fields by name and not yet checked, images as bytes. It is a Map, so
 * that no name a client chooses can mean anything but itself.
 */
export interface SubmissionForm {
  readonly fields: ReadonlyMap<string, JsonValue>;
  readonly images: readonly ReceivedImage[];
  readonly mask?: ReceivedImage;
}

/** Which images an operation takes; fields and parts with other names are no images to it. */
export const imagesTaken = {
  generation: { images: false, mask: false },
  edit: { images: true, mask: true },
  variation: { images: true, mask: false },
} as const;
