import type { FileStore } from '../../lambda/domain/files/file-store.ts';
import { isLiving, type StoredFile, takesRoom } from '../../lambda/domain/files/stored-file.ts';

/** Files in memory, for tests. */
export interface MemoryFileStore extends FileStore {
  readonly files: ReadonlyMap<string, StoredFile>;
}

export function createMemoryFileStore(): MemoryFileStore {
  const files = new Map<string, StoredFile>();
  const ownedBy = (owner: string): StoredFile[] => [...files.values()].filter((file) => file.owner === owner);
  const found = (owner: string, id: string) => ownedBy(owner).find((file) => file.id === id);
  return {
    files,
    async keep(file, limits, now) {
      const living = ownedBy(file.owner).filter((each) => takesRoom(each, now));
      const bytes = living.reduce((sum, each) => sum + each.bytes, file.bytes);
      if (living.length >= limits.files) return { kept: false, by: 'files' };
      if (bytes > limits.bytes) return { kept: false, by: 'bytes' };
      files.set(file.id, { ...file });
      return { kept: true };
    },
    find: async (owner, id) => found(owner, id),
    async noteUpload({ owner, id }) {
      const file = found(owner, id);
      if (file?.state === 'awaited') files.set(id, { ...file, state: 'uploaded' });
    },
    async markDeleted({ owner, id }) {
      const file = found(owner, id);
      if (file) files.set(id, { ...file, state: 'deleted' });
    },
    async *records(owner) {
      yield ownedBy(owner).toSorted((a, b) => (a.id < b.id ? 1 : -1));
    },
    async page(owner, limit, after, now) {
      const older = ownedBy(owner)
        .filter((file) => isLiving(file, now) && (after === undefined || file.id < after))
        .toSorted((a, b) => (a.id < b.id ? 1 : -1));
      return { files: older.slice(0, limit), hasMore: older.length > limit };
    },
    remove: async ({ owner, id }) => found(owner, id) !== undefined && files.delete(id),
    async forget() {},
  };
}
