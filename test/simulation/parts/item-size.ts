import type { JobRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { Change } from '../../../lambda/domain/jobs/conditions.ts';

/** What a row takes as an item. */
export interface ItemSize {
  readonly bytes: number;
  /** Those of its fields that are more than a number or a text. */
  readonly ofFields: ReadonlyMap<string, FieldSize>;
}

interface FieldSize {
  readonly bytes: number;
  /** Where it is a list: the next one shares most of its items. */
  readonly ofItems: ReadonlyMap<unknown, number>;
}

const noItems: FieldSize['ofItems'] = new Map();
const nothing: ItemSize = { bytes: 0, ofFields: new Map() };

/**
 * The bytes that a row takes as an item: names, numbers and texts, with everything else as JSON, which is how the adapter
 * writes it.
 */
export const sizeOf = (row: JobRecord): ItemSize => resized(nothing, {}, row, Object.keys(row));

/** The size of a row after a change, of which only what has changed is measured. */
export const sizeAfter = (size: ItemSize, before: JobRecord, after: JobRecord, change: Change): ItemSize =>
  resized(size, before, after, [
    ...Object.keys({ ...change.set, ...change.add, ...change.accumulate }),
    ...(change.remove ?? []),
  ]);

function resized(size: ItemSize, before: Partial<JobRecord>, after: JobRecord, changed: readonly string[]): ItemSize {
  let { bytes } = size;
  let ofFields: Map<string, FieldSize> | undefined;
  for (const name of changed) {
    const [was, is] = [before[name as keyof JobRecord], after[name as keyof JobRecord]];
    const wasSize = size.ofFields.get(name);
    bytes -= wasSize ? name.length + wasSize.bytes : sizeOfSimple(name, was);
    // Most writes change numbers alone, and what is known of the rest stays as it is.
    if (wasSize || isObject(is)) ofFields ??= new Map(size.ofFields);
    ofFields?.delete(name);
    if (isObject(is)) {
      const isSize = sizeOfField(is, wasSize?.ofItems ?? noItems);
      ofFields?.set(name, isSize);
      bytes += name.length + isSize.bytes;
    } else bytes += sizeOfSimple(name, is);
  }
  return { bytes, ofFields: ofFields ?? size.ofFields };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What a field takes that is a number or a text. */
function sizeOfSimple(name: string, value: unknown): number {
  if (value === undefined) return 0;
  return name.length + (typeof value === 'string' ? value.length : 8);
}

function sizeOfField(value: object, known: FieldSize['ofItems']): FieldSize {
  if (!Array.isArray(value)) return { bytes: jsonBytesOf(value), ofItems: noItems };
  const ofItems = new Map<unknown, number>();
  let bytes = 2;
  for (const item of value) {
    const itemBytes = known.get(item) ?? jsonBytesOf(item);
    ofItems.set(item, itemBytes);
    bytes += itemBytes + 1;
  }
  return { bytes, ofItems };
}

const jsonBytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
