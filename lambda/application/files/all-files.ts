import type { FileStore } from '../../domain/files/file-store.ts';
import type { StoredFile } from '../../domain/files/stored-file.ts';

/** Records that one request reads: of a few hundred bytes each. */
const filesPerPage = 1000;

/** All files of an owner, page by page, those left out that have expired by `now` (epoch ms). */
export async function* allFiles(
  files: Pick<FileStore, 'page'>,
  owner: string,
  now: number,
): AsyncGenerator<readonly StoredFile[]> {
  for (let after: string | undefined, hasMore = true; hasMore; ) {
    const page = await files.page(owner, filesPerPage, after, now);
    yield page.files;
    after = page.files.at(-1)?.id;
    hasMore = page.hasMore;
  }
}
