import type { FileReads } from '../../domain/files/file-objects.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import { opaqueMask } from '../../domain/images/input-flaws.ts';
import type { InspectMask } from '../../domain/images/mask-pixels.ts';
import { unreadable } from './find-file.ts';
import { type InspectedImage, invalidImage } from './inspect-images.ts';

/**
 * Refuses a mask that leaves nothing to edit, for every model alike and before anything is paid, where its pixels can be looked
 * at without a decoder; the others are checked when they are redrawn. Throws GatewayError `invalid_image` naming the part.
 */
export async function refuseOpaqueMask(
  { inspectMask, fileReads }: { readonly inspectMask: InspectMask; readonly fileReads: Pick<FileReads, 'open'> },
  mask: InspectedImage,
): Promise<void> {
  const { source } = mask;
  if ('address' in source) return;
  const pixels =
    'bytes' in source
      ? await inspectMask(mask, async () => inOnePiece(source.bytes))
      : await inspectMask(mask, () => fileReads.open(source.key, source.etag)).catch(unreadable(source));
  if (pixels !== 'opaque') return;
  throw invalidImage(source, opaqueMask);
}

async function* inOnePiece(bytes: Uint8Array): ByteStream {
  yield bytes;
}
