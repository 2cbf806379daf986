import type { DeletedFile, FileList, FileView } from '../../contract/files/file.ts';
import type { UploadForm } from '../../domain/files/file-objects.ts';
import type { StoredFile } from '../../domain/files/stored-file.ts';

const epochSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** A file in the contract's fields. */
export const fileView = (file: StoredFile, status: FileView['status']): FileView => ({
  id: file.id,
  object: 'file',
  bytes: file.bytes,
  created_at: epochSeconds(file.createdAt),
  expires_at: epochSeconds(file.expiresAt),
  filename: file.filename,
  purpose: file.purpose,
  status,
});

/** An announced file, with the form to upload it by until then (epoch ms). */
export const awaitedFileView = (file: StoredFile, { url, fields }: UploadForm, formExpiresAt: number): FileView => ({
  ...fileView(file, 'pending'),
  upload: { url, method: 'POST', fields: { ...fields }, expires_at: epochSeconds(formExpiresAt) },
});

/** A page of files; where more follow, they begin after its last one. */
export function fileListView(data: FileView[], hasMore: boolean): FileList {
  const [first, last] = [data.at(0), data.at(-1)];
  return {
    object: 'list',
    data,
    ...(first && last && { first_id: first.id, last_id: last.id }),
    has_more: hasMore,
    ...(hasMore && last && { next_cursor: last.id }),
  };
}

export const deletedFileView = (id: string): DeletedFile => ({ id, object: 'file', deleted: true });
