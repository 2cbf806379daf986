import type { StoredFile } from './stored-file.ts';

/** What the files of one owner may come to. */
export interface FileLimits {
  readonly files: number;
  readonly bytes: number;
}

/** Whether a file was kept, or which limit of its owner's had no room for it. */
export type KeepFileAnswer = { readonly kept: true } | { readonly kept: false; readonly by: keyof FileLimits };

/** One page of an owner's files, newest first. */
export interface FilePage {
  readonly files: readonly StoredFile[];
  readonly hasMore: boolean;
}

/**
 * The records of files; each read is strongly consistent. A store that can't answer throws, and may have written
 * nevertheless.
 */
export interface FileStore {
  /** Keeps a new file if its owner's limits have room for it at `now` (epoch ms), however many are kept at once. */
  keep(file: StoredFile, limits: FileLimits, now: number): Promise<KeepFileAnswer>;
  /** Undefined where the owner has no file of that id. One that has expired or was deleted may still be found. */
  find(owner: string, id: string): Promise<StoredFile | undefined>;
  /** Notes that an awaited file's object has been seen; nothing where the file is gone or was deleted. */
  noteUpload(file: StoredFile): Promise<void>;
  /** Makes a file unknown, and keeps its room; nothing where it is gone. */
  markDeleted(file: StoredFile): Promise<void>;
  /**
   * Up to `limit` of an owner's files, newest first, those left out that have expired by `now` (epoch ms) or were deleted: all that
   * are older than the file with the id `after`, whether or not that is still there.
   */
  page(owner: string, limit: number, after: string | undefined, now: number): Promise<FilePage>;
  /** All records of an owner's files, expired and deleted ones too, page by page; a page may be empty. */
  records(owner: string): AsyncIterable<readonly StoredFile[]>;
  /** Removes a record and frees its room, once, at `now` (epoch ms); false where there is none. */
  remove(file: StoredFile, now: number): Promise<boolean>;
  /** Removes what is counted of an owner who has no files any more and will upload no others. */
  forget(owner: string): Promise<void>;
}
