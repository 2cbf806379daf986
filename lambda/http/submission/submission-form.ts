import type { JsonValue } from '../../domain/generation.ts';
import type { ReceivedImage } from '../../domain/jobs/received-submission.ts';

/**
 * What a body said, in whichever encoding it came: fields by name and not yet checked, images as bytes. It is a Map, so
 * that no name a client chooses can mean anything but itself.
 */
export interface SubmissionForm {
  readonly fields: ReadonlyMap<string, JsonValue>;
  /** In the order in which they came, whatever their names. */
  readonly images: readonly ReceivedImage[];
  readonly mask?: ReceivedImage;
  /**
   * The name of an image that was sent to an operation which takes none.
   * @default - there is no such image
   */
  readonly unwantedImage?: string;
}
