import { randomBytes } from 'node:crypto';
import { type StoredFile, uploadEndsAt } from '../../lambda/domain/files/stored-file.ts';
import { fileKey } from '../../lambda/domain/jobs/retention.ts';
import { noon } from './sample-job.ts';

/** A file of a day's life with an id of its own, made at noon unless another time is given; one that is awaited has a form. */
export function sampleFile(over: Partial<StoredFile> = {}): StoredFile {
  const createdAt = over.createdAt ?? noon;
  const bareId = `${createdAt.toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`;
  return {
    ...{ id: `file-${bareId}`, owner: 'vk_1', key: fileKey(86_400, bareId), bytes: 9 },
    ...{ filename: 'cat.png', purpose: 'vision', createdAt, expiresAt: createdAt + 86_400_000, state: 'uploaded' },
    ...(over.state === 'awaited' ? { uploadableUntil: uploadEndsAt(createdAt) } : {}),
    ...over,
  };
}
