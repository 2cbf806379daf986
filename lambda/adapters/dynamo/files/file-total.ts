import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { FileLimits } from '../../../domain/files/file-store.ts';
import type { StoredFile } from '../../../domain/files/stored-file.ts';

/** What is counted of a file. */
export type CountedFile = Pick<StoredFile, 'id' | 'bytes'>;

/**
 * What is counted of an owner's files. `pending` are the changes under way, by a name of their own: their files are in the sums,
 * whether or not their items are there.
 */
export interface FileTotal extends FileLimits {
  readonly pending: ReadonlyMap<string, PendingChange>;
  /** Grows with each change of the sums, and with each removal that begins: for optimistic locking. */
  readonly changes: number;
  /** Until then (epoch ms) counting anew would free nothing. */
  readonly exactUntil: number;
}

/** A file that is being kept or removed, since `at` (epoch ms). */
export interface PendingChange extends CountedFile {
  readonly at: number;
}

/** No function that changes files runs for so long: what is pending since is of one that has died. */
const abandonedMilliseconds = 120_000;

/** For so long at most (ms) a count is taken for exact. What dead functions have left is found after it. */
const exactMilliseconds = 60_000;

const numberOf = (value: AttributeValue | undefined): number => Number(value?.N ?? 0);

/** A change under way as an entry of the map `pending`. */
export const pendingEntry = ({ id, bytes, at }: PendingChange): AttributeValue => ({
  M: { id: { S: id }, bytes: { N: String(bytes) }, at: { N: String(at) } },
});

/** An owner's total as it is in its item. */
export function totalOf(item: Readonly<Record<string, AttributeValue>>): FileTotal {
  const pending = Object.entries(item.pending?.M ?? {}).map(
    ([name, { M: { id, bytes, at } = {} }]) =>
      [name, { id: id?.S ?? '', bytes: numberOf(bytes), at: numberOf(at) }] as const,
  );
  return {
    files: numberOf(item.files),
    bytes: numberOf(item.bytes),
    pending: new Map(pending),
    changes: numberOf(item.changes),
    exactUntil: numberOf(item.exactUntil),
  };
}

/** Which limit has no room for one more file of so many bytes. */
export function limitReached(total: FileLimits, bytes: number, limits: FileLimits): keyof FileLimits | undefined {
  if (total.files >= limits.files) return 'files';
  return total.bytes + bytes > limits.bytes ? 'bytes' : undefined;
}

/** What a count comes to: the sums, until when they are exact, and the names of changes that will never be ended. */
export interface Recount extends FileLimits {
  readonly exactUntil: number;
  readonly abandoned: readonly string[];
}

/** Counts an owner's living files and those that are pending, each once. */
export function recounted(
  { pending }: Pick<FileTotal, 'pending'>,
  living: readonly (CountedFile & Pick<StoredFile, 'expiresAt'>)[],
  now: number,
): Recount {
  const counted = new Map(living.map(({ id, bytes }) => [id, bytes]));
  const abandoned: string[] = [];
  for (const [name, { id, bytes, at }] of pending) {
    if (now - at >= abandonedMilliseconds) abandoned.push(name);
    else counted.set(id, bytes);
  }
  const sizes = [...counted.values()];
  return {
    files: sizes.length,
    bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    exactUntil: living.reduce((first, { expiresAt }) => Math.min(first, expiresAt), now + exactMilliseconds),
    abandoned,
  };
}
