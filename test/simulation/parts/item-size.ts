import type { JobRecord } from '../../../lambda/adapters/job-record.ts';

/** What a row takes as an item. */
export interface ItemSize {
  readonly bytes: number;
  /** The bytes of each object that it holds: the next row shares most of them, and is measured where it differs. */
  readonly ofParts: ReadonlyMap<object, number>;
}

/**
 * The bytes that a row takes as an item: names, numbers and texts, with everything else as JSON, which is how the adapter
 * writes it. `before` is the size of the row that it came from.
 */
export function sizeOf(record: JobRecord, before?: ItemSize): ItemSize {
  const ofParts = new Map<object, number>();
  const sizeOfValue = (value: unknown): number => {
    if (typeof value === 'string') return value.length;
    if (typeof value !== 'object' || value === null) return 8;
    const size = before?.ofParts.get(value) ?? sizeOfObject(value);
    ofParts.set(value, size);
    return size;
  };
  const sizeOfObject = (value: object): number => {
    if (!Array.isArray(value)) return Buffer.byteLength(JSON.stringify(value));
    let size = 2;
    for (const item of value) size += sizeOfValue(item) + 1;
    return size;
  };
  let bytes = 0;
  for (const name in record) bytes += name.length + sizeOfValue(record[name as keyof JobRecord]);
  return { bytes, ofParts };
}
