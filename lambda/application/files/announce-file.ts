import type { FileUploads, UploadForm } from '../../domain/files/file-objects.ts';
import type { FileOrder } from '../../domain/files/file-order.ts';
import { type StoredFile, uploadEndsAt, uploadSeconds } from '../../domain/files/stored-file.ts';
import { type KeepFileDependencies, keepFile } from './keep-file.ts';
import { type NewFileDependencies, newFile } from './new-file.ts';

export interface AnnounceFileDependencies extends KeepFileDependencies, NewFileDependencies {
  readonly uploads: Pick<FileUploads, 'length' | 'remove' | 'uploadForm'>;
  readonly settings: KeepFileDependencies['settings'] & NewFileDependencies['settings'];
}

/** A file that its owner will upload to the bucket, of exactly that length and media type. */
export interface AnnouncedFile extends FileOrder {
  readonly contentType: string;
}

/** A file that is awaited, and the form by which it can be uploaded until then (epoch ms). */
export interface AwaitedFile {
  readonly file: StoredFile;
  readonly form: UploadForm;
  readonly formExpiresAt: number;
}

/** Keeps room for a file, and gives the form to upload it by. Throws what `keepFile` throws. */
export async function announceFile(
  dependencies: AnnounceFileDependencies,
  owner: string,
  { contentType, ...order }: AnnouncedFile,
): Promise<AwaitedFile> {
  const { uploads, telemetry } = dependencies;
  const announced = newFile(dependencies, owner, order, 'awaited');
  const file = { ...announced, uploadableUntil: uploadEndsAt(announced.createdAt) };
  // What is uploaded to a file that has expired would count against no limit.
  const seconds = Math.min(uploadSeconds, (file.expiresAt - file.createdAt) / 1000);
  // First, since a fault leaves nothing behind.
  const form = await uploads.uploadForm({ key: file.key, bytes: file.bytes, contentType, seconds });
  await keepFile(dependencies, file, 'bytes');
  telemetry.record('file_announced', { fileId: file.id, owner, bytes: file.bytes });
  return { file, form, formExpiresAt: file.createdAt + seconds * 1000 };
}
