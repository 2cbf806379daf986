import { GatewayError } from '../../domain/error-code.ts';
import type { FileUploads } from '../../domain/files/file-objects.ts';
import type { FileOrder } from '../../domain/files/file-order.ts';
import type { FileStore } from '../../domain/files/file-store.ts';
import type { StoredFile } from '../../domain/files/stored-file.ts';
import { mediaTypeOf } from '../../domain/images/image.ts';
import { readImageHeader } from '../../domain/images/image-header.ts';
import { imageFlaw, notAnImage } from '../../domain/images/input-flaws.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { type KeepFileDependencies, keepFile } from './keep-file.ts';
import { type NewFileDependencies, newFile } from './new-file.ts';

export interface UploadFileDependencies extends KeepFileDependencies, NewFileDependencies {
  readonly files: KeepFileDependencies['files'] & Pick<FileStore, 'remove'>;
  readonly uploads: Pick<FileUploads, 'length' | 'put' | 'remove'>;
  readonly telemetry: Telemetry;
  readonly settings: KeepFileDependencies['settings'] & NewFileDependencies['settings'];
}

/** A file whose bytes came with the request. */
export interface ReceivedFile extends Omit<FileOrder, 'bytes'> {
  readonly bytes: Uint8Array;
}

/** The part of the form that has the bytes. */
const param = 'file';

/**
 * Stores a file, then its record: a record never shows a file that isn't there. What has no record loses its object. Throws what
 * `keepFile` throws, and GatewayError `invalid_image` for what no submission could use.
 */
export async function uploadFile(
  dependencies: UploadFileDependencies,
  owner: string,
  { bytes, ...order }: ReceivedFile,
): Promise<StoredFile> {
  const contentType = mediaTypeOfImage(bytes);
  const file = newFile(dependencies, owner, { ...order, bytes: bytes.length }, 'uploaded');
  await dependencies.uploads.put(file.key, bytes, contentType);
  try {
    await keepFile(dependencies, file, param);
  } catch (error) {
    await takeBack(dependencies, file);
    throw error;
  }
  dependencies.telemetry.record('file_uploaded', { fileId: file.id, owner, bytes: file.bytes });
  return file;
}

/** By its bytes: what the part's header says is for browsers. */
function mediaTypeOfImage(bytes: Uint8Array): string {
  const facts = readImageHeader(bytes);
  const flaw = facts ? imageFlaw(facts) : notAnImage;
  if (facts && !flaw) return mediaTypeOf(facts.type);
  throw new GatewayError('invalid_image', `The file in "${param}" ${flaw}`, { param });
}

/** A record that could not be written may be there nevertheless. The bucket's lifecycle sweeps what stays. */
async function takeBack({ files, uploads, clock, telemetry }: UploadFileDependencies, file: StoredFile): Promise<void> {
  const outcomes = await Promise.allSettled([uploads.remove([file.key]), files.remove(file, clock.now())]);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') telemetry.record('cleanup_failed', { fileId: file.id }, outcome.reason);
  }
}
