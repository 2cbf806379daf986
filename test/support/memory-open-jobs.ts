import { type JobRecord, openShards } from '../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { OpenJobEntry } from '../../lambda/domain/jobs/open-job-entry.ts';
import { clockSkewSeconds } from '../../lambda/domain/jobs/transitions.ts';
import type { OpenJobs } from '../../lambda/domain/ports.ts';
import type { MemoryJobStore } from './memory-job-store.ts';

/** Small, so that tests meet several. */
const pageEntries = 3;

/** The index of open jobs of a store in memory: never behind it, unless a test makes it so. */
export function createMemoryOpenJobs(jobs: Pick<MemoryJobStore, 'rows'>): OpenJobs {
  async function* pages(
    shard: string,
    filter: (record: JobRecord) => boolean,
    order: 1 | -1,
  ): AsyncGenerator<readonly OpenJobEntry[]> {
    const found = [...jobs.rows()]
      .filter((record) => record.openShard === shard && filter(record))
      .sort((one, other) => order * (one.deadlineAt - other.deadlineAt))
      .map(entryOf);
    for (let from = 0; from < found.length; from += pageEntries) yield found.slice(from, from + pageEntries);
  }
  return {
    shards: openShards,
    overdue: (shard, now) => pages(shard, ({ deadlineAt }) => deadlineAt <= now, -1),
    asleep: (shard, now, dueBefore) =>
      pages(
        shard,
        ({ deadlineAt, dueAt, leaseUntil, wakeAt }) =>
          deadlineAt > now && dueAt <= dueBefore && leaseUntil <= now - clockSkewSeconds * 1000 && wakeAt <= now,
        1,
      ),
  };
}

const entryOf = ({
  id,
  owner,
  lane,
  deadlineAt,
  hop,
  dueAt,
  claim,
  leaseUntil,
  wakeAt,
  wakeups,
}: JobRecord): OpenJobEntry => ({
  ...{ id, owner, lane, deadlineAt, hop, dueAt, claim, leaseUntil, wakeAt, wakeups },
});

/** The entries of pages, as one list. */
export async function entriesOf(pages: AsyncIterable<readonly OpenJobEntry[]>): Promise<OpenJobEntry[]> {
  const entries: OpenJobEntry[] = [];
  for await (const page of pages) entries.push(...page);
  return entries;
}
