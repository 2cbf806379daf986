import { GatewayError } from '../domain/error-code.ts';
import type { LookAtMask } from '../domain/mask-pixels.ts';
import type { InspectedImage } from './inspect-images.ts';

/** A mask with what its pixels say of it. */
export interface InspectedMask extends InspectedImage {
  readonly isSoft?: true;
}

/**
 * Looks at a mask's pixels where that can be done without a decoder, so that a mask that leaves nothing to edit is refused for
 * every model alike, and before anything is paid; the others are looked at when they are redrawn. Throws GatewayError
 * `invalid_image` naming the part.
 */
export async function inspectMaskPixels(look: LookAtMask, mask: InspectedImage): Promise<InspectedMask> {
  const pixels = await look(mask.received.bytes, mask);
  if (!pixels) return mask;
  if (pixels.isEdited) return pixels.isSoft ? { ...mask, isSoft: true } : mask;
  const { param } = mask.received;
  const message = `The image in "${param}" has no transparent area: that is what would be edited. Erase there what is to be drawn anew.`;
  throw new GatewayError('invalid_image', message, { param });
}
