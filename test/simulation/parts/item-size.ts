import type { JobRecord } from '../../../lambda/adapters/job-record.ts';

const known = new WeakMap<object, number>();

/**
 * The bytes that a row takes as an item: names, numbers and texts, with everything else as JSON, which is how the adapter
 * writes it. What was measured once is remembered by its identity, since rows share most of their parts.
 */
export function sizeOf(record: JobRecord): number {
  let size = 0;
  for (const name in record) size += name.length + sizeOfValue(record[name as keyof JobRecord]);
  return size;
}

function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  const before = known.get(value);
  if (before !== undefined) return before;
  const size = Array.isArray(value)
    ? value.reduce<number>((sum, item) => sum + sizeOfValue(item) + 1, 2)
    : Buffer.byteLength(JSON.stringify(value));
  known.set(value, size);
  return size;
}
