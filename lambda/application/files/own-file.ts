import { GatewayError } from '../../domain/error-code.ts';
import type { FileStore } from '../../domain/files/file-store.ts';
import { isFileId, isLiving, type StoredFile } from '../../domain/files/stored-file.ts';
import type { Clock } from '../../domain/ports.ts';

/**
 * Finds an owner's file. Unknown, expired, deleted and another owner's are one and the same GatewayError `not_found`, so that
 * callers don't learn which ids exist.
 */
export async function findOwnFile(
  { files, clock }: { readonly files: Pick<FileStore, 'find'>; readonly clock: Clock },
  owner: string,
  id: string,
): Promise<StoredFile> {
  const found = isFileId(id) ? await files.find(owner, id) : undefined;
  if (found && isLiving(found, clock.now())) return found;
  throw new GatewayError('not_found', 'There is no such file, or it has expired.');
}
