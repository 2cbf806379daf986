import { GatewayError } from '../../domain/error-code.ts';
import type { FileReads, InspectedObject } from '../../domain/files/file-objects.ts';
import type { FileStore } from '../../domain/files/file-store.ts';
import { isLiving, type StoredFile } from '../../domain/files/stored-file.ts';
import type { ReceivedFile } from '../../domain/jobs/received-submission.ts';
import type { Clock } from '../../domain/ports.ts';

export interface FindFileDependencies {
  readonly files: Pick<FileStore, 'find'>;
  readonly fileReads: Pick<FileReads, 'inspect'>;
  readonly clock: Clock;
}

/** A file that a submission names, and its object as it was inspected. */
export interface FoundFile {
  readonly key: string;
  readonly object: InspectedObject;
}

/**
 * The file of that owner that a submission names. Throws GatewayError `invalid_value` for one that the owner doesn't have, or that has
 * expired or isn't uploaded yet; `invalid_image` where its object hasn't the declared length or is replaced meanwhile; `unavailable`
 * where a store failed.
 */
export async function findFile(
  { files, fileReads, clock }: FindFileDependencies,
  owner: string,
  named: ReceivedFile,
): Promise<FoundFile> {
  const file = await files.find(owner, named.fileId).catch(unreadable(named));
  if (!file || !isLiving(file, clock.now())) throw unknownFile(named);
  const object = await fileReads.inspect(file.key).catch(unreadable(named));
  if (object === 'gone') throw file.state === 'awaited' ? notUploaded(named) : unknownFile(named);
  if (object === 'changed') throw replacedFile(named);
  if (object.bytes !== file.bytes) throw otherLength(named, file, object);
  return { key: file.key, object };
}

/** A file as a message names it: by its id and the field that has it. */
export const fileName = ({ fileId, param }: ReceivedFile): string => `The file ${fileId} in "${param}"`;

export const unknownFile = (named: ReceivedFile): GatewayError =>
  new GatewayError(
    'invalid_value',
    `${fileName(named)} doesn't exist: it may have expired or been deleted. Upload it again and send its new id.`,
    { param: named.param },
  );

export const replacedFile = (named: ReceivedFile): GatewayError =>
  new GatewayError(
    'invalid_image',
    `${fileName(named)} was uploaded again while the request was being read. Send the request again.`,
    { param: named.param },
  );

const notUploaded = (named: ReceivedFile): GatewayError =>
  new GatewayError(
    'invalid_value',
    `${fileName(named)} hasn't been uploaded yet. Send its bytes to its \`upload.url\`, then send this request again.`,
    { param: named.param },
  );

/** No upload that S3 accepts has another length than was declared. */
const otherLength = (named: ReceivedFile, file: StoredFile, object: InspectedObject): GatewayError =>
  new GatewayError(
    'invalid_image',
    `${fileName(named)} has ${object.bytes} bytes, but was declared with ${file.bytes}. Upload it again.`,
    { param: named.param },
  );

/** Throws GatewayError `unavailable` for a fault of a store; a GatewayError is thrown on. */
export const unreadable =
  (named: ReceivedFile) =>
  (cause: unknown): never => {
    if (cause instanceof GatewayError) throw cause;
    const message = `${fileName(named)} could not be read. Nothing was accepted or charged; try again.`;
    throw new GatewayError('unavailable', message, { cause });
  };
