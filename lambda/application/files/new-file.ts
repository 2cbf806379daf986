import type { FileOrder } from '../../domain/files/file-order.ts';
import { fileIdPrefix, type StoredFile } from '../../domain/files/stored-file.ts';
import { fileKey } from '../../domain/jobs/retention.ts';
import type { Clock } from '../../domain/ports.ts';

export interface NewFileDependencies {
  /** An id that no file has had, for a file of that time (epoch ms). */
  readonly newFileId: (now: number) => string;
  readonly clock: Clock;
  readonly settings: { readonly fileRetentionSeconds: number };
}

/** A file of that owner, made now. */
export function newFile(
  { newFileId, clock, settings }: NewFileDependencies,
  owner: string,
  { lifetimeSeconds = settings.fileRetentionSeconds, ...order }: FileOrder,
  state: StoredFile['state'],
): StoredFile {
  const createdAt = clock.now();
  const id = newFileId(createdAt);
  const seconds = Math.min(lifetimeSeconds, settings.fileRetentionSeconds);
  const key = fileKey(seconds, id.slice(fileIdPrefix.length));
  return { id, owner, key, ...order, createdAt, expiresAt: createdAt + seconds * 1000, state };
}
