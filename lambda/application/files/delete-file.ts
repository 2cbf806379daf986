import type { FileUploads } from '../../domain/files/file-objects.ts';
import type { FileStore } from '../../domain/files/file-store.ts';
import { mayArrive, type StoredFile } from '../../domain/files/stored-file.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { findOwnFile } from './own-file.ts';

export interface RemoveFileDependencies {
  readonly files: Pick<FileStore, 'markDeleted' | 'remove'>;
  readonly uploads: Pick<FileUploads, 'remove'>;
  readonly clock: Clock;
}

/**
 * Removes a file's object, then its record: where the first fails, the file is there to be deleted again. As long as its form could
 * upload an object once more, the record stays, marked as deleted: it is what leads to such an object. Whether the record is gone.
 */
export async function removeFile(
  { files, uploads, clock }: RemoveFileDependencies,
  file: StoredFile,
): Promise<boolean> {
  const isLast = !mayArrive(file, clock.now());
  await uploads.remove([file.key]);
  await (isLast ? files.remove(file, clock.now()) : files.markDeleted(file));
  return isLast;
}

export interface DeleteFileDependencies extends RemoveFileDependencies {
  readonly files: Pick<FileStore, 'find'> & RemoveFileDependencies['files'];
  readonly telemetry: Telemetry;
}

/**
 * Deletes an owner's file. Jobs that it was submitted to keep their copies. As long as its form could upload an object once more,
 * which no id leads to, the file keeps its room: else deleting would take the bound off what an owner can upload. Throws what
 * `findOwnFile` throws.
 */
export async function deleteFile(dependencies: DeleteFileDependencies, owner: string, id: string): Promise<void> {
  await removeFile(dependencies, await findOwnFile(dependencies, owner, id));
  dependencies.telemetry.record('file_deleted', { fileId: id, owner });
}
