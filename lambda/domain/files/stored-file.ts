/**
 * A file that a caller uploads to be an input of jobs. What it is isn't known here: its first bytes say so when a submission
 * names it. Times are epoch milliseconds.
 */
export interface StoredFile {
  /** `file-` and 32 hexadecimal digits: first 12 of the time in milliseconds, so that ids sort by age; the rest is random. */
  readonly id: string;
  /** Only this owner may use, see or delete it. */
  readonly owner: string;
  /** The object of the bucket. */
  readonly key: string;
  /** What it was declared to have; its object can have no other length. */
  readonly bytes: number;
  readonly filename: string;
  readonly purpose: string;
  readonly createdAt: number;
  /** From this instant the file is unknown to everybody. Jobs that used it have copies of their own. */
  readonly expiresAt: number;
  /**
   * `awaited`: its form has been given out, and its object was not seen yet. `deleted`: unknown to everybody, but its form may
   * still upload an object, for which room is kept.
   */
  readonly state: 'awaited' | 'uploaded' | 'deleted';
  /**
   * Until when an object may arrive by the file's form.
   * @default - it has no form: its bytes came with the request
   */
  readonly uploadableUntil?: number;
}

/** Whether a file may still be used and seen. */
export const isLiving = (file: Pick<StoredFile, 'expiresAt' | 'state'>, now: number): boolean =>
  takesRoom(file, now) && file.state !== 'deleted';

/** Whether a file counts against its owner's limits. */
export const takesRoom = (file: Pick<StoredFile, 'expiresAt'>, now: number): boolean => now < file.expiresAt;

/** Seconds for which the form of a presigned upload is taken. */
export const uploadSeconds = 900;

/** An upload that has begun in time may take so much longer (in seconds), over a slow connection. */
const slowUploadSeconds = 600;

/** Seconds after its announcement for which a file keeps its owner's room at least, even if it is deleted: its form may be used. */
export const announcedRoomSeconds = uploadSeconds + slowUploadSeconds;

/** Until when an object may arrive (epoch ms) by a form that was given out then. */
export const uploadEndsAt = (givenAt: number): number => givenAt + announcedRoomSeconds * 1000;

/** Whether an object could still arrive by the file's form, also in place of one that is there. */
export const mayArrive = ({ uploadableUntil = 0 }: Pick<StoredFile, 'uploadableUntil'>, now: number): boolean =>
  now < uploadableUntil;

/** What all ids of files begin with. */
export const fileIdPrefix = 'file-';

const idForm = new RegExp(`^${fileIdPrefix}[0-9a-f]{32}$`);

/** Whether a text could be a file's id: anything else is unknown without a look into the store. */
export const isFileId = (text: string): boolean => idForm.test(text);
