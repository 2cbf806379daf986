import type { JobRecord } from '../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { Network } from './network.ts';
import type { AnswerTable } from './parts/answer-table.ts';
import type { Bucket } from './parts/bucket.ts';
import type { JobTable } from './parts/job-table.ts';
import type { Queue } from './parts/queue.ts';
import type { UsageTable } from './parts/usage-table.ts';
import type { Vendors } from './parts/vendors.ts';
import type { ClientPlan, StagePlan } from './plans.ts';
import type { Invocation, Scheduler } from './scheduler.ts';

/** What a client was told, and when (epoch milliseconds). */
export interface Told {
  readonly at: number;
  /** When the request came that was answered so. */
  readonly askedAt: number;
  readonly by: 'submit' | 'run' | 'get' | 'cancel' | 'delete';
  /**
   * `accepted`: here is your job. `denied`: nothing was accepted. `unsure`: any other refusal. `died`: no answer at all.
   * `hung_up`: who had asked did not wait for it.
   */
  readonly answer: 'accepted' | 'denied' | 'unsure' | 'refused' | 'died' | 'hung_up' | 'deleted' | 'not_found';
  readonly jobId?: string;
  readonly nonce?: string;
  readonly status?: string;
  readonly completedAt?: number;
  /** When a synchronous answer was due at the latest. */
  readonly dueAt?: number;
  /** Requests to vendors that were made for a submission of which its synchronous request says that it wasn't accepted. */
  readonly requests?: number;
  /** Whether the function that was asked has stood still meanwhile. */
  readonly stoodStill?: boolean;
  /** The error of whoever was refused, as its function knows it. */
  readonly because?: string;
  /** Where a wait was asked for and none was granted: after how many milliseconds that was known. */
  readonly atOnceAfter?: number;
}

/** All submissions of one plan: what its client sent, and what came of it. */
export interface Client {
  readonly plan: ClientPlan;
  readonly told: Told[];
  /** The functions of its synchronous requests. */
  readonly carriers: Invocation[];
  /** Asks after its job: who was refused doesn't, also where it sends the same again later. */
  isFollowing: boolean;
  /** Seen to have ended by its client. */
  hasSeenEnd: boolean;
  /** Has called for its job's deletion. */
  isDeleting: boolean;
  deletedAt?: number;
}

/** A job as its row was seen to change. Of one id there may be several, one after another. */
export interface Life {
  readonly number: number;
  readonly nonce: string;
  readonly id: string;
  row: JobRecord;
  /** How it ended; its row may have been erased since. */
  end?: JobRecord;
  endedAt?: number;
  /** When its last request had an outcome, after its end: from then on it can spend nothing more. */
  spentAllAt?: number;
  /** When the inputs that it names by address were recorded. */
  inputsKeptAt?: number;
  /** A worker that held its lease has set about to complete it. */
  wasCompleting: boolean;
  /** The number of the invocation that first called a vendor for it, where its caller brought the key. */
  broughtBy?: number;
  isGone: boolean;
}

/** What there is to judge a world by. */
export interface Facts {
  readonly stage: StagePlan;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly table: JobTable;
  readonly usage: UsageTable;
  readonly answers: AnswerTable;
  readonly bucket: Bucket;
  readonly queues: readonly Queue[];
  readonly vendors: Vendors;
  readonly clients: ReadonlyMap<number, Client>;
  /** By the submission's nonce. */
  readonly lives: Map<string, Life>;
  /** When each job, by its number, was last kept waiting by others of its owner, in epoch milliseconds. */
  readonly slotAwaitedAt: ReadonlyMap<number, number>;
  /** Takes note of a broken promise; the world ends with the first, once the step is done. */
  readonly report: (broken: Broken) => void;
}

/** Says no to a world, with the promise that it has broken. */
export class Broken extends Error {
  readonly promise: number;
  readonly job: number;
  constructor(promise: number, job: number, what: string) {
    super(what);
    this.name = 'Broken';
    this.promise = promise;
    this.job = job;
  }
}
