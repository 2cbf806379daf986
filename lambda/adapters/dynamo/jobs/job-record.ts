import type { JobFields } from '../../../domain/jobs/conditions.ts';
import { itemTtl } from '../../../domain/jobs/item-ttl.ts';
import type { Job, JobOrder, JobProgress, OpenJob } from '../../../domain/jobs/job.ts';

type EndFields = Pick<JobFields, 'completedAt' | 'expiresAt' | 'deletedAt' | 'result' | 'failure'>;

/** A job as a store keeps it: one flat row, in which what the job is not yet, or no longer, is absent. */
export type JobRecord = JobOrder &
  JobProgress &
  Pick<JobFields, 'status' | 'ttl' | 'wakeAt' | 'wakeups'> &
  Partial<Pick<JobFields, 'openShard'> & EndFields>;

/**
 * The shards of the index of open jobs: enough to spread its writes over several partitions, each of which takes a
 * thousand a second; few enough to query every one. Changing their number strands the jobs that are in removed shards.
 */
export const openShards: readonly string[] = Array.from({ length: 16 }, (_, number) => `open-${number}`);

/** The index shard of a job while it is open. */
export function openShardOf(id: string): string {
  let sum = 0;
  for (const character of id) sum += character.charCodeAt(0);
  return `open-${sum % openShards.length}`;
}

/** The row of a job that has just been accepted. */
export const acceptedRecord = (job: OpenJob): JobRecord => ({
  ...job,
  ttl: itemTtl(job),
  openShard: openShardOf(job.id),
  wakeAt: 0,
  wakeups: 0,
});

/** A field of a row. Throws where the row lacks it, although its status requires it. */
export function needed<Name extends keyof EndFields>(
  row: Pick<JobRecord, 'id' | 'status'> & Partial<Pick<JobRecord, Name>>,
  name: Name,
): NonNullable<JobRecord[Name]> {
  const value = row[name];
  if (value === undefined) throw new Error(`The row of job ${row.id} is ${row.status} but has no ${name}.`);
  return value as NonNullable<JobRecord[Name]>;
}

/** The times of an ended job. Throws likewise. */
export const endOf = (row: Pick<JobRecord, 'id' | 'status' | 'completedAt' | 'expiresAt'>) => ({
  completedAt: needed(row, 'completedAt'),
  expiresAt: needed(row, 'expiresAt'),
});

/** Maps a record to its job. Throws where the record lacks a field that its status requires. */
export function jobOf(record: JobRecord): Job {
  const { ttl, openShard, wakeAt, wakeups, status, completedAt, expiresAt, deletedAt, result, failure, ...rest } =
    record;
  const end = () => ({ ...endOf(record), ...(deletedAt === undefined ? {} : { deletedAt }) });
  switch (status) {
    case 'pending':
    case 'processing':
      return { ...rest, status };
    case 'completed':
      return { ...rest, ...end(), status, result: needed(record, 'result') };
    case 'failed':
    case 'cancelled':
      return { ...rest, ...end(), status, failure: needed(record, 'failure') };
    default:
      throw new Error(`The row of job ${record.id} has the unknown status ${JSON.stringify(status satisfies never)}.`);
  }
}
