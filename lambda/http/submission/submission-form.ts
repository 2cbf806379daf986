import type { JsonValue } from '../../domain/generation.ts';
import type { ReceivedImage } from '../../domain/jobs/received-submission.ts';

/**
 * The parsed body, in whichever encoding it came: fields by name and not yet validated, images as bytes or as what names them. It is a Map,
 * so that no name chosen by a client has a special meaning (no prototype pollution).
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
