import { GatewayError } from '../../domain/error-code.ts';
import type { ImageFacts } from '../../domain/images/image.ts';
import { readImageHeader } from '../../domain/images/image-header.ts';
import { imageFlaw, maskFlaw, notAnImage } from '../../domain/images/input-flaws.ts';
import type { ReceivedAddress, ReceivedBytes, ReceivedFile } from '../../domain/jobs/received-submission.ts';
import { type FoundFile, fileName } from './find-file.ts';

/** A file of which the bytes that were inspected are an input. */
export type FileSource = ReceivedFile & Pick<FoundFile, 'key'> & { readonly etag: string };

/** Where an input's bytes are until the job has some of its own. */
export type InputSource = ReceivedBytes | FileSource | ReceivedAddress;

/** An input image with what its bytes say of it, or with what is assumed of it. */
export interface InspectedImage extends ImageFacts {
  readonly source: InputSource;
  /** Its length; 0 where that is unknown. */
  readonly bytes: number;
  /** Set where it hasn't been fetched from its address, so that all of this is assumed. */
  readonly isAssumed?: true;
}

/**
 * Tells what an input image is from its bytes, never from a header or a file's name.
 * Throws GatewayError `invalid_image` naming the part.
 */
export const inspectImage = (received: ReceivedBytes): InspectedImage =>
  checked(received, readImageHeader(received.bytes), received.bytes.byteLength);

/** The same of a file whose first bytes were read: a declared type counts for nothing. */
export const inspectFile = (named: ReceivedFile, { key, object }: FoundFile): InspectedImage =>
  checked({ ...named, key, etag: object.etag }, object.facts, object.bytes);

function checked(
  source: Exclude<InputSource, ReceivedAddress>,
  facts: ImageFacts | undefined,
  bytes: number,
): InspectedImage {
  const flaw = facts ? imageFlaw(facts) : notAnImage;
  if (!facts || flaw !== undefined) throw invalidImage(source, flaw ?? notAnImage);
  return { ...facts, source, bytes };
}

/**
 * Refuses a mask that doesn't fit the first image, or can't be transparent, as far as they are known. Throws GatewayError
 * `invalid_image` naming the part.
 */
export function checkMask(mask: InspectedImage, image: InspectedImage): void {
  if (mask.isAssumed) return;
  // Of a size that isn't known any may be right.
  const flaw = maskFlaw(mask, image.isAssumed ? mask : image);
  if (flaw !== undefined) throw invalidImage(mask.source, flaw);
}

/** `what` completes a sentence about the image. */
export const invalidImage = (source: InputSource, what: string): GatewayError => {
  const image = 'fileId' in source ? fileName(source) : `The image in "${source.param}"`;
  return new GatewayError('invalid_image', `${image} ${what}`, { param: source.param });
};
