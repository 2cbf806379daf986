import { GatewayError } from '../../domain/error-code.ts';
import type { Warning } from '../../domain/generation.ts';
import { type ImageFacts, shownSize } from '../../domain/images/image.ts';
import type { RefuseAddress } from '../../domain/jobs/input-addresses.ts';
import type { ReceivedAddress } from '../../domain/jobs/received-submission.ts';
import type { InspectedImage } from './inspect-images.ts';

/**
 * What an image that is yet to be fetched from its address is taken for: a usual one. Throws GatewayError `invalid_value` naming the
 * field for an address that is never fetched.
 */
export function assumeImage(refuseAddress: RefuseAddress, source: ReceivedAddress): InspectedImage {
  const { address, param } = source;
  const flaw = refuseAddress(address);
  if (flaw !== undefined) {
    throw new GatewayError('invalid_value', `The address in "${param}" is not accepted. ${flaw}`, { param });
  }
  return { type: 'jpeg', width: 1024, height: 1024, hasAlpha: false, bytes: 0, isAssumed: true, source };
}

/** A mask that is yet to be fetched is taken for one that fits the first image. */
export const assumedMask = (mask: InspectedImage, image: ImageFacts): InspectedImage => ({
  ...mask,
  ...shownSize(image),
  type: 'png',
  hasAlpha: true,
});

/** What a quote says of each image that was assumed. */
export const assumedWarning = ({ source: { param }, width, height }: InspectedImage): Warning => ({
  code: 'image_assumed',
  param,
  message: `The image in "${param}" is fetched only for a job, so the price assumes ${width}x${height} pixels.`,
});
