import { randomBytes } from 'node:crypto';
import { fileIdPrefix } from '../../domain/files/stored-file.ts';

/** An id that no file has had, which sorts behind those of earlier times (epoch ms). */
export const newFileId = (now: number): string =>
  `${fileIdPrefix}${now.toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`;
