import { fileIdPrefix } from '../../domain/files/stored-file.ts';
import type { DeletedFile, FileList, FileView } from '../files/file.ts';
import { limits } from '../limits.ts';
import { exampleIds, createdAt as madeAt } from './openapi-example-ids.ts';

const createdAt = Math.floor(Date.parse(madeAt) / 1000);

const file: FileView = {
  id: exampleIds.file,
  object: 'file',
  bytes: 18_624_217,
  created_at: createdAt,
  expires_at: createdAt + 86_400,
  filename: 'lighthouse.jpg',
  purpose: 'vision',
  status: 'uploaded',
};

const announcedFile: FileView = {
  ...file,
  status: 'pending',
  upload: {
    url: 'https://images-bucket.s3.eu-central-1.amazonaws.com/',
    method: 'POST',
    fields: {
      'Content-Type': 'image/jpeg',
      key: `files/r2/${exampleIds.file.slice(fileIdPrefix.length)}`,
      Policy: '(base64)',
      'X-Amz-Signature': '(64 hexadecimal digits)',
    },
    expires_at: createdAt + limits.uploadSeconds,
  },
};

/** What is answered about files, each under a name of its own. */
export const fileExamples = {
  file,
  'announced-file': announcedFile,
  'file-list': { object: 'list', data: [file], first_id: file.id, last_id: file.id, has_more: false },
  'deleted-file': { id: exampleIds.file, object: 'file', deleted: true },
} as const satisfies Readonly<Record<string, FileView | FileList | DeletedFile>>;
