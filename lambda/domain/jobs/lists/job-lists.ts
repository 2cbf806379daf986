import type { Operation } from '../../generation.ts';
import type { CompletedJob, JobStatus, OpenJob, UnsuccessfulJob } from '../job.ts';

type Common = 'id' | 'owner' | 'operation' | 'status' | 'createdAt' | 'requestId';
type Ended = Common | 'completedAt' | 'expiresAt';

/** A job as a list shows it: without its result and its ledger. It may be a moment old. */
export type ListedJob = Pick<OpenJob, Common> | Pick<CompletedJob, Ended> | Pick<UnsuccessfulJob, Ended | 'failure'>;

/** A place in an owner's list. It never moves, for neither time nor id of a job ever changes. */
export interface JobPosition {
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly id: string;
}

/** What is wanted of an owner's list. */
export interface JobListQuery {
  /** @default - jobs of every status */
  readonly status?: JobStatus;
  /** @default - jobs of every operation */
  readonly operation?: Operation;
  /**
   * The page begins behind this place.
   * @default - with the newest job
   */
  readonly after?: JobPosition;
  /** The maximum number of jobs on the page. */
  readonly limit: number;
  /** Jobs that have expired by then are left out (epoch milliseconds). */
  readonly now: number;
}

/** A page as a caller asks for it. */
export interface JobListRequest extends Omit<JobListQuery, 'now'> {
  /** @default - the caller */
  readonly owner?: string;
}

/** One page: the newest job first. */
export interface JobPage {
  readonly jobs: readonly ListedJob[];
  /** Where the next page continues; absent at the end of the list. */
  readonly next?: JobPosition;
}

/** The lists of owners' jobs. They run after the jobs by moments. */
export interface JobLists {
  /**
   * A page of the owner's jobs that may still be shown: neither expired nor deleted. A page examines a bounded number of
   * jobs, so it may have fewer jobs than its limit, or none, although there are more behind `next`.
   */
  page(owner: string, query: JobListQuery): Promise<JobPage>;
}
