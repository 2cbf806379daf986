import type { JobRecord } from '../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { ImageJob } from '../../lambda/contract/job.ts';
import type { JobPlan } from './job-plan.ts';

const seenFields = [
  'status',
  'hop',
  'claim',
  'crashes',
  'attempts',
  'ledgerVersion',
  'replays',
  'completedAt',
  'expiresAt',
  'deletedAt',
  'result',
  'failure',
] as const satisfies readonly (keyof JobRecord)[];

/** What moves in a row of the jobs table. */
export type SeenRow = Pick<JobRecord, (typeof seenFields)[number]>;

export const seenOf = (row: JobRecord): SeenRow =>
  Object.fromEntries(seenFields.map((field) => [field, row[field]])) as unknown as SeenRow;

/** A row as it was seen at a time (epoch milliseconds). Only what differs from the sight before is kept. */
export interface Sight {
  readonly at: number;
  /** What the item took. */
  readonly bytes: number;
  readonly row: SeenRow;
}

/** What a client was shown. */
export interface Answer {
  readonly at: number;
  readonly job: ImageJob;
}

/** All that is known of one planned job. */
export interface JobHistory {
  readonly plan: JobPlan;
  /** Set once a client was answered 202 or 200: from then on the promises hold. */
  id?: string;
  acceptedAt?: number;
  /** Ids that other submissions under the same key were answered with: all must be the same. */
  readonly ids: Set<string>;
  readonly sights: Sight[];
  readonly answers: Answer[];
  /** Answers to submissions that were not accepted; status 0 where there was none. */
  readonly refusals: { readonly status: number; readonly text: string }[];
  /** A delete that was answered 204: from then on the job is unknown to everybody. */
  deleted?: boolean;
  /** When a client was first told that there is no such job. */
  unknownAt?: number;
  /** A cancel that was answered. */
  cancelled?: boolean;
}

export const newHistory = (plan: JobPlan): JobHistory => ({
  plan,
  ids: new Set(),
  sights: [],
  answers: [],
  refusals: [],
});

export const isEnded = ({ status }: Pick<JobRecord, 'status'>): boolean =>
  status !== 'pending' && status !== 'processing';

/** Whether an ended job's ledger is still to be closed. */
export const hasOpenEntry = ({ attempts }: Pick<JobRecord, 'attempts'>): boolean =>
  attempts.some(({ outcome }) => outcome === 'started');
