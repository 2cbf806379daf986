import type { JobFields } from '../lambda/domain/jobs/conditions.ts';
import type { JobOrder } from '../lambda/domain/jobs/job.ts';

type JobAttribute = keyof JobFields | keyof JobOrder;

/** An index of the jobs table. It is sparse: a job without its partition key isn't in it. */
interface JobIndex {
  /** A text attribute. */
  readonly partitionKey: JobAttribute;
  /** A number: epoch milliseconds. */
  readonly sortKey: JobAttribute;
  /** The projected attributes of an entry, besides its keys. Changing them later requires a new index. */
  readonly shows: readonly JobAttribute[];
}

/**
 * The indexes by name. Each shows what its one reader needs, so that no result or prompt is kept, and paid for, twice.
 */
export const jobIndexes = {
  /**
   * A caller's own jobs, newest first, as a list shows them: with the failure, from which status code and error come.
   */
  byOwner: {
    partitionKey: 'owner',
    sortKey: 'createdAt',
    shows: ['operation', 'status', 'completedAt', 'expiresAt', 'requestId', 'failure'],
  },
  /** Open jobs by the time they must have ended, for the sweeper: what is overdue, and what lost its message. */
  openByDeadline: {
    partitionKey: 'openShard',
    sortKey: 'deadlineAt',
    shows: ['owner', 'lane', 'hop', 'dueAt', 'claim', 'leaseUntil', 'wakeAt', 'wakeups'],
  },
} as const satisfies Record<string, JobIndex>;
