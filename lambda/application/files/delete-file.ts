import type { FileUploads } from '../../domain/files/file-objects.ts';
import type { FileStore } from '../../domain/files/file-store.ts';
import { mayArrive, type StoredFile } from '../../domain/files/stored-file.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { findOwnFile } from './own-file.ts';

export interface RemoveFileDependencies {
  readonly files: Pick<FileStore, 'remove'>;
  readonly uploads: Pick<FileUploads, 'remove'>;
  readonly clock: Clock;
}

/** Removes a file's object, then its record: where the first fails, the file is there to be deleted again. */
export async function removeFile({ files, uploads, clock }: RemoveFileDependencies, file: StoredFile): Promise<void> {
  await uploads.remove([file.key]);
  await files.remove(file, clock.now());
}

export interface DeleteFileDependencies extends RemoveFileDependencies {
  readonly files: Pick<FileStore, 'find' | 'markDeleted' | 'remove'>;
  readonly telemetry: Telemetry;
}

/**
 * Deletes an owner's file. Jobs that it was submitted to keep their copies. As long as its form could upload an object once more,
 * which no id leads to, the file keeps its room: else deleting would take the bound off what an owner can upload. Throws what
 * `findOwnFile` throws.
 */
export async function deleteFile(dependencies: DeleteFileDependencies, owner: string, id: string): Promise<void> {
  const { files, uploads, clock } = dependencies;
  const file = await findOwnFile(dependencies, owner, id);
  if (mayArrive(file, clock.now())) {
    await uploads.remove([file.key]);
    await files.markDeleted(file);
  } else await removeFile(dependencies, file);
  dependencies.telemetry.record('file_deleted', { fileId: id, owner });
}
