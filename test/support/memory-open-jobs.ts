import type { JobRecord } from '../../lambda/adapters/job-record.ts';
import type { OpenJobEntry } from '../../lambda/domain/open-job-entry.ts';
import type { OpenJobs } from '../../lambda/domain/ports.ts';
import { clockSkewSeconds } from '../../lambda/domain/transitions.ts';
import type { MemoryJobStore } from './memory-job-store.ts';

/** The index of open jobs of a store in memory: never behind it, unless a test makes it so. */
export function createMemoryOpenJobs(jobs: Pick<MemoryJobStore, 'records'>): OpenJobs {
  async function* matching(filter: (record: JobRecord) => boolean): AsyncGenerator<OpenJobEntry> {
    const found = jobs.records().filter((record) => record.openShard !== undefined && filter(record));
    for (const { id, owner, lane, deadlineAt, hop, dueAt, leaseUntil, wakeAt, wakeups } of found) {
      yield { id, owner, lane, deadlineAt, hop, dueAt, leaseUntil, wakeAt, wakeups };
    }
  }
  return {
    overdue: (now) => matching(({ deadlineAt }) => deadlineAt <= now),
    asleep: (now, dueBefore) =>
      matching(
        ({ deadlineAt, dueAt, leaseUntil, wakeAt }) =>
          deadlineAt > now && dueAt <= dueBefore && leaseUntil <= now - clockSkewSeconds * 1000 && wakeAt <= now,
      ),
  };
}
