import type { FileUploads } from '../../domain/files/file-objects.ts';
import type { FileStore } from '../../domain/files/file-store.ts';
import { mayArrive, type StoredFile } from '../../domain/files/stored-file.ts';
import type { Clock } from '../../domain/ports.ts';

/** How far a file has come: `error` means that it was not uploaded in time, and won't be. */
export type FileStatus = 'uploaded' | 'pending' | 'error';

/** Files whose objects are looked for at a time. */
export const maxLooks = 8;

export interface FileStatusDependencies {
  readonly files: Pick<FileStore, 'noteUpload'>;
  readonly uploads: Pick<FileUploads, 'length'>;
  readonly clock: Clock;
}

/** Looks for the object of a file that is awaited, and notes it where it has arrived. */
export async function statusOf(
  { files, uploads, clock }: FileStatusDependencies,
  file: StoredFile,
): Promise<FileStatus> {
  if (file.state === 'uploaded') return 'uploaded';
  // Before the bucket is asked: what arrives meanwhile must not count as missing.
  const isOpen = mayArrive(file, clock.now());
  if ((await uploads.length(file.key)) === undefined) return isOpen ? 'pending' : 'error';
  await files.noteUpload(file);
  return 'uploaded';
}
