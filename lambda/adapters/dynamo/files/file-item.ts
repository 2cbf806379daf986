import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { StoredFile } from '../../../domain/files/stored-file.ts';
import { retentionDaysFor } from '../../../domain/jobs/retention.ts';

type Item = Record<string, AttributeValue>;

const secondsPerDay = 86_400;

/** The key of a file's item. */
export const fileItemKey = ({ owner, id }: Pick<StoredFile, 'owner' | 'id'>) => ({
  owner: { S: owner },
  id: { S: id },
});

/** The item of a file. `ttl` is for the table alone. */
export const fileItem = (file: StoredFile): Item => ({
  ...fileItemKey(file),
  key: { S: file.key },
  bytes: { N: String(file.bytes) },
  filename: { S: file.filename },
  purpose: { S: file.purpose },
  createdAt: { N: String(file.createdAt) },
  expiresAt: { N: String(file.expiresAt) },
  state: { S: file.state },
  ...(file.uploadableUntil === undefined ? {} : { uploadableUntil: { N: String(file.uploadableUntil) } }),
  ttl: { N: String(removableAt(file)) },
});

/**
 * From when on the table may drop an item, in epoch seconds: as long as the bucket keeps the object, a purge must find it. An
 * object is swept at the midnight after its days, and may have been uploaded some time after its record was made.
 */
function removableAt({ createdAt, expiresAt }: StoredFile): number {
  const days = retentionDaysFor((expiresAt - createdAt) / 1000, 0);
  return Math.ceil(createdAt / 1000) + (days + 2) * secondsPerDay;
}

/** The file in an item. Throws where the item is none: that is a fault of the table. */
export function fileOf(item: Item): StoredFile {
  const text = (name: string): string => {
    const value = item[name]?.S;
    if (value === undefined) throw new Error(`The file ${item.id?.S} has no ${name}.`);
    return value;
  };
  const number = (name: string): number => {
    const value = Number(item[name]?.N ?? Number.NaN);
    if (!Number.isFinite(value)) throw new Error(`The file ${item.id?.S} has no ${name}.`);
    return value;
  };
  return {
    id: text('id'),
    owner: text('owner'),
    key: text('key'),
    bytes: number('bytes'),
    filename: text('filename'),
    purpose: text('purpose'),
    createdAt: number('createdAt'),
    expiresAt: number('expiresAt'),
    state: stateOf(text('state')),
    ...(item.uploadableUntil === undefined ? {} : { uploadableUntil: number('uploadableUntil') }),
  };
}

function stateOf(name: string): StoredFile['state'] {
  if (name === 'awaited' || name === 'uploaded' || name === 'deleted') return name;
  throw new Error(`A file has the unknown state ${name}.`);
}
