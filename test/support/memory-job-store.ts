import { acceptedRecord, type JobRecord, jobOf } from '../../lambda/adapters/job-record.ts';
import { changed, holds, obstacle } from '../../lambda/domain/conditions.ts';
import type { JobStore } from '../../lambda/domain/ports.ts';

/** A job store in memory, for tests; what goes in and out is copied, as through a network. */
export interface MemoryJobStore extends JobStore {
  /** The row behind a job, with the fields that the job doesn't show. */
  record(id: string): JobRecord | undefined;
  /** All rows, as a scan of the table would show them. */
  records(): readonly JobRecord[];
  /** Drops a row, as the table's TTL or an undo would. */
  drop(id: string): void;
}

export function createMemoryJobStore(): MemoryJobStore {
  const records = new Map<string, JobRecord>();
  const copyOf = (id: string): JobRecord | undefined => structuredClone(records.get(id));
  return {
    async create(order) {
      const other = records.get(order.id);
      if (other && other.ttl > Math.floor(order.createdAt / 1000))
        return other.submissionNonce === order.submissionNonce ? 'created' : 'taken';
      records.set(order.id, structuredClone(acceptedRecord(order)));
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
      records.set(id, next);
      return { applied: true, job: jobOf(structuredClone(next)) };
    },
    async remove(id, when) {
      const record = records.get(id);
      if (!record || when.some((condition) => !holds(condition, record))) return false;
      return records.delete(id);
    },
    record: copyOf,
    records: () => [...records.values()].map((record) => structuredClone(record)),
    drop: (id) => void records.delete(id),
  };
}
