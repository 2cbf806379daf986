import type { StoredFile } from './stored-file.ts';

/** What a caller says of a file that it uploads. */
export interface FileOrder extends Pick<StoredFile, 'bytes' | 'filename' | 'purpose'> {
  /**
   * Seconds for which the file is to be kept.
   * @default - as long as the stage keeps files, which is the maximum
   */
  readonly lifetimeSeconds?: number;
}
