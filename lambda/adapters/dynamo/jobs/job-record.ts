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

/** Maps a record to its job. Throws where the record lacks a field that its status requires. */
export function jobOf(record: JobRecord): Job {
  const { ttl, openShard, wakeAt, wakeups, status, completedAt, expiresAt, deletedAt, result, failure, ...rest } =
    record;
  const needed = <T>(value: T | undefined, name: string): T => {
    if (value === undefined) throw new Error(`The row of job ${record.id} is ${status} but has no ${name}.`);
    return value;
  };
  const end = () => ({
    completedAt: needed(completedAt, 'completedAt'),
    expiresAt: needed(expiresAt, 'expiresAt'),
    ...(deletedAt === undefined ? {} : { deletedAt }),
  });
  switch (status) {
    case 'pending':
    case 'processing':
      return { ...rest, status };
    case 'completed':
      return { ...rest, ...end(), status, result: needed(result, 'result') };
    case 'failed':
    case 'cancelled':
      return { ...rest, ...end(), status, failure: needed(failure, 'failure') };
    default:
      throw new Error(`The row of job ${record.id} has the unknown status ${JSON.stringify(status satisfies never)}.`);
  }
}
