import { GatewayError } from '../../domain/error-code.ts';
import type { ImageFacts } from '../../domain/images/image.ts';
import { readImageHeader } from '../../domain/images/image-header.ts';
import { imageFlaw, maskFlaw, notAnImage } from '../../domain/images/input-flaws.ts';
import type { ReceivedBytes } from '../../domain/jobs/received-submission.ts';

/** A received image with what its bytes say of it. */
export interface InspectedImage extends ImageFacts {
  readonly received: ReceivedBytes;
}

/**
 * Tells what an input image is from its bytes, never from a header or a file's name.
 * Throws GatewayError `invalid_image` naming the part.
 */
export function inspectImage(received: ReceivedBytes): InspectedImage {
  const facts = readImageHeader(received.bytes);
  if (!facts) throw invalidImage(received, notAnImage);
  const flaw = imageFlaw(facts);
  if (flaw) throw invalidImage(received, flaw);
  return { ...facts, received };
}

/** Likewise for a mask, which must fit the first image. Throws GatewayError `invalid_image` naming the part. */
export function inspectMaskHeader(received: ReceivedBytes, image: ImageFacts): InspectedImage {
  const mask = inspectImage(received);
  const flaw = maskFlaw(mask, image);
  if (flaw) throw invalidImage(received, flaw);
  return mask;
}

const invalidImage = (received: ReceivedBytes, what: string): GatewayError =>
  new GatewayError('invalid_image', `The image in "${received.param}" ${what}`, { param: received.param });
