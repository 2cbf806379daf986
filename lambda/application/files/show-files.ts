import type { FileStore } from '../../domain/files/file-store.ts';
import type { StoredFile } from '../../domain/files/stored-file.ts';
import { boundedParallel } from '../timing/bounded-parallel.ts';
import { type FileStatus, type FileStatusDependencies, maxLooks, statusOf } from './file-status.ts';
import { findOwnFile } from './own-file.ts';

/** A file, and how far it has come. */
export interface SeenFile {
  readonly file: StoredFile;
  readonly status: FileStatus;
}

export interface ShowFilesDependencies extends FileStatusDependencies {
  readonly files: Pick<FileStore, 'find' | 'noteUpload' | 'page'>;
}

/** An owner's file. Throws what `findOwnFile` throws. */
export async function showFile(dependencies: ShowFilesDependencies, owner: string, id: string): Promise<SeenFile> {
  return seen(dependencies, await findOwnFile(dependencies, owner, id));
}

/** One page of an owner's files, newest first, from after the file with that id. */
export async function listFiles(
  dependencies: ShowFilesDependencies,
  owner: string,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ readonly files: readonly SeenFile[]; readonly hasMore: boolean }> {
  const page = await dependencies.files.page(owner, limit, after, dependencies.clock.now());
  return {
    files: await boundedParallel(page.files, maxLooks, (file) => seen(dependencies, file)),
    hasMore: page.hasMore,
  };
}

const seen = async (dependencies: FileStatusDependencies, file: StoredFile): Promise<SeenFile> => ({
  file,
  status: await statusOf(dependencies, file),
});
