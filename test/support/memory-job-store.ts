import { acceptedRecord, type JobRecord, jobOf } from '../../lambda/adapters/dynamo/jobs/job-record.ts';
import { changed, holds, obstacle } from '../../lambda/domain/jobs/conditions.ts';
import { ItemTooLarge } from '../../lambda/domain/jobs/item-too-large.ts';
import { undoable } from '../../lambda/domain/jobs/transitions.ts';
import { WriteRefused } from '../../lambda/domain/jobs/write-refused.ts';
import type { JobStore } from '../../lambda/domain/ports.ts';
import { itemBytes, maxItemBytes } from './item-bytes.ts';

/** A job store in memory, for tests; what goes in and out is copied, as through a network. */
export interface MemoryJobStore extends JobStore {
  /** The row behind a job, with the fields that the job doesn't show. */
  record(id: string): JobRecord | undefined;
  /** All rows, as a scan of the table would show them. */
  records(): readonly JobRecord[];
  /** All rows as they stand, to be looked at and not kept. */
  rows(): Iterable<JobRecord>;
  /** Drops a row, as the table's TTL or an undo would. */
  drop(id: string): void;
}

export function createMemoryJobStore(): MemoryJobStore {
  const records = new Map<string, JobRecord>();
  /** The nonces of submissions that were undone, by their jobs' ids. */
  const undone = new Map<string, Set<string>>();
  const copyOf = (id: string): JobRecord | undefined => structuredClone(records.get(id));
  return {
    async create(order) {
      const other = records.get(order.id);
      if (other && other.ttl > Math.floor(order.createdAt / 1000))
        return other.submissionNonce === order.submissionNonce ? 'created' : 'taken';
      if (undone.get(order.id)?.has(order.submissionNonce)) return 'taken';
      const record = acceptedRecord(order);
      if (itemBytes(record) > maxItemBytes) throw new WriteRefused('DynamoDB refused the item.');
      records.set(order.id, structuredClone(record));
      return 'created';
    },
    async find(id) {
      const record = copyOf(id);
      return record && jobOf(record);
    },
    async apply(id, transition) {
      const record = copyOf(id);
      if (!record) return { applied: false };
      if (obstacle(transition, record)) return { applied: false, job: jobOf(record) };
      const next = structuredClone(changed(record, transition.change));
      if (itemBytes(next) > maxItemBytes)
        throw new ItemTooLarge('Item size to update has exceeded the maximum allowed size');
      records.set(id, next);
      return { applied: true, job: jobOf(structuredClone(next)) };
    },
    async undo(order) {
      const record = records.get(order.id);
      const isPast = record !== undefined && record.ttl <= Math.floor(order.createdAt / 1000);
      if (record && !isPast && !undoable(order).every((condition) => holds(condition, record))) {
        return { undone: false, job: jobOf(structuredClone(record)) };
      }
      records.delete(order.id);
      undone.set(order.id, (undone.get(order.id) ?? new Set()).add(order.submissionNonce));
      return { undone: true };
    },
    record: copyOf,
    records: () => [...records.values()].map((record) => structuredClone(record)),
    rows: () => records.values(),
    drop: (id) => void records.delete(id),
  };
}
