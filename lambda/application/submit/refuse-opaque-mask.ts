import { GatewayError } from '../../domain/error-code.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import type { InspectMask } from '../../domain/images/mask-pixels.ts';
import type { InspectedImage } from './inspect-images.ts';

/**
 * Refuses a mask that leaves nothing to edit, for every model alike and before anything is paid, where its pixels can be looked
 * at without a decoder; the others are checked when they are redrawn. Throws GatewayError `invalid_image` naming the part.
 */
export async function refuseOpaqueMask(look: InspectMask, mask: InspectedImage): Promise<void> {
  if ((await look(mask, async () => inOnePiece(mask.received.bytes))) !== 'opaque') return;
  const { param } = mask.received;
  const message = `The image in "${param}" has no transparent area. Make the area to edit transparent.`;
  throw new GatewayError('invalid_image', message, { param });
}

async function* inOnePiece(bytes: Uint8Array): ByteStream {
  yield bytes;
}
