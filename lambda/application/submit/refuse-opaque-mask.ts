import type { FileReads } from '../../domain/files/file-objects.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import { opaqueMask } from '../../domain/images/input-flaws.ts';
import type { InspectMask } from '../../domain/images/mask-pixels.ts';
import { replacedFile, unknownFile, unreadable } from './find-file.ts';
import { type FileSource, type InspectedImage, invalidImage } from './inspect-images.ts';

/**
 * Refuses a mask that leaves nothing to edit, for every model alike and before anything is paid, where its pixels can be looked
 * at without a decoder; the others are checked when they are redrawn. Throws GatewayError naming the part: `invalid_image` for such a mask
 * and for a file that was replaced since it was inspected, `invalid_value` for one that was deleted.
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
      : await inspectMask(mask, () => openedFile(fileReads, source)).catch(unreadable(source));
  if (pixels !== 'opaque') return;
  throw invalidImage(source, opaqueMask);
}

async function openedFile(fileReads: Pick<FileReads, 'open'>, source: FileSource): Promise<ByteStream> {
  const opened = await fileReads.open(source.key, source.etag);
  if (opened === 'changed') throw replacedFile(source);
  if (opened === 'gone') throw unknownFile(source);
  return opened;
}

async function* inOnePiece(bytes: Uint8Array): ByteStream {
  yield bytes;
}
