import { GatewayError } from '../../domain/error-code.ts';
import type { FileUploads } from '../../domain/files/file-objects.ts';
import type { FileLimits, FileStore } from '../../domain/files/file-store.ts';
import {
  announcedRoomSeconds,
  isLiving,
  mayArrive,
  type StoredFile,
  takesRoom,
} from '../../domain/files/stored-file.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { boundedParallel } from '../timing/bounded-parallel.ts';
import { removeFile } from './delete-file.ts';
import { type FileStatusDependencies, maxLooks, statusOf } from './file-status.ts';

export interface KeepFileDependencies extends FileStatusDependencies {
  readonly files: Pick<FileStore, 'keep' | 'markDeleted' | 'noteUpload' | 'records' | 'remove'>;
  readonly uploads: Pick<FileUploads, 'length' | 'remove'>;
  readonly telemetry: Telemetry;
  readonly settings: { readonly fileLimits: FileLimits };
}

/**
 * Keeps the record of a new file. Where its owner's limits have no room for it, files that were announced and never uploaded
 * make room first. Throws GatewayError `invalid_value` for one that no owner may have, and `rate_limited` where there is no
 * room: neither is worth an immediate retry.
 */
export async function keepFile(dependencies: KeepFileDependencies, file: StoredFile, param: string): Promise<void> {
  const { files, clock, telemetry, settings } = dependencies;
  const { fileLimits } = settings;
  if (file.bytes > fileLimits.bytes) {
    const message = `The file has ${file.bytes} bytes; all files of a caller together may have ${fileLimits.bytes}.`;
    throw new GatewayError('invalid_value', message, { param });
  }
  const first = await files.keep(file, fileLimits, clock.now());
  if (first.kept) return;
  const firstEnd = await removeAbandoned(dependencies, file.owner);
  const second = await files.keep(file, fileLimits, clock.now());
  if (second.kept) return;
  telemetry.record('file_limit_reached', { owner: file.owner, by: second.by, bytes: file.bytes });
  throw limitReached(second.by, fileLimits, firstEnd - clock.now());
}

/**
 * Removes what was not uploaded in time, and what was deleted before its form had ended. Gives when the room of the first of
 * the others may be free (epoch ms); Infinity where there is none.
 */
async function removeAbandoned(dependencies: KeepFileDependencies, owner: string): Promise<number> {
  const { files, clock } = dependencies;
  let firstEnd = Number.POSITIVE_INFINITY;
  const now = clock.now();
  for await (const records of files.records(owner)) {
    const counted = records.filter((file) => takesRoom(file, now));
    const over = counted.filter((file) => file.state !== 'uploaded' && !mayArrive(file, now));
    await boundedParallel(over, maxLooks, async (file) => {
      if (!isLiving(file, now) || (await statusOf(dependencies, file)) === 'error')
        await removeFile(dependencies, file);
    });
    firstEnd = counted.reduce((first, file) => Math.min(first, roomEndsAt(file)), firstEnd);
  }
  return firstEnd;
}

/** When a file's room may be free (epoch ms): that of one without an object is, once none can arrive any more. */
const roomEndsAt = ({ state, expiresAt, uploadableUntil = expiresAt }: StoredFile): number =>
  state === 'uploaded' ? expiresAt : Math.min(expiresAt, uploadableUntil);

const names = { files: 'max_files', bytes: 'max_file_bytes' } as const satisfies Record<keyof FileLimits, string>;

function limitReached(by: keyof FileLimits, limits: FileLimits, milliseconds: number): GatewayError {
  const limit = { files: `${count(limits.files)} files`, bytes: `${count(limits.bytes)} bytes of files` }[by];
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const message =
    `This caller has reached its limit of ${limit}, and nothing was stored. Delete files, or wait until one expires. An announced ` +
    `file keeps its room until ${announcedRoomSeconds / 60} minutes after its announcement, even if it is deleted.`;
  return new GatewayError('rate_limited', message, {
    param: names[by],
    mayRetry: false,
    ...(Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}),
  });
}

const count = (amount: number): string => amount.toLocaleString('en-US');
