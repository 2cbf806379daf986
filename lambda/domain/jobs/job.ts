import type { ErrorCode } from '../error-code.ts';
import type { Candidate, Operation, ResponseFormat, Submission, Warning } from '../generation.ts';
import type { InputImage } from '../images/image.ts';
import type { Micros } from '../money/micros.ts';
import type { Ledger } from './attempt.ts';
import type { InputAddresses } from './input-addresses.ts';
import type { JobResult } from './job-result.ts';
import type { Lane } from './lane.ts';

export const jobStatuses = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** Where a submission is stored: small ones in the item, large ones as an object beside the inputs. */
export type SubmissionPlace =
  | { readonly in: 'item'; readonly submission: Submission }
  | { readonly in: 'bucket'; readonly key: string };

/** Whether the caller asked to see what was sent to the provider, and what it answered. */
export interface RawWanted {
  readonly request: boolean;
  readonly response: boolean;
}

/** How a job takes part in the cache of known answers. */
export interface CacheOrder {
  /** Names the entry: the same for every request of the same owner, cache key and content. */
  readonly id: string;
  /** How long the entry answers others once it is full. */
  readonly ttlSeconds: number;
  /** Whether the job's result may become the entry's. */
  readonly store: boolean;
}

/** What a job is from its acceptance to its end. Times are epoch milliseconds. */
export interface JobOrder {
  readonly id: string;
  /** The id of the virtual key, or of the admin, that submitted it: only they, and other admins, may see the job. */
  readonly owner: string;
  readonly operation: Operation;
  readonly createdAt: number;
  /** The job ends no later than one minute after this, whatever happens. */
  readonly deadlineAt: number;
  /** How long the result lives after the job's end. */
  readonly resultTtlSeconds: number;
  /** Days after which the bucket's lifecycle sweeps the job's objects: the class in their keys. */
  readonly retentionDays: number;
  /** The nonce of the submission that made this job: objects lie below it, and only its writer may undo it. */
  readonly submissionNonce: string;
  readonly requestId: string;
  readonly responseFormat: ResponseFormat;
  readonly rawWanted: RawWanted;
  readonly submission: SubmissionPlace;
  readonly images: readonly InputImage[];
  readonly mask?: InputImage;
  /**
   * Inputs that the caller named by address; a worker fetches them before the first provider request.
   * @default - `images` and `mask` are all inputs
   */
  readonly addresses?: InputAddresses;
  /** How many images were asked for: what one request to the provider may not make at once. */
  readonly imagesWanted: number;
  /** The model as the caller asked for it, `provider/model`: also where only a fallback could serve. */
  readonly modelRequested: string;
  /** The asked model first, then the fallbacks that can serve the operation. Never empty. */
  readonly candidates: readonly Candidate[];
  /**
   * Which queue carries the job's wake-ups, decided at submit from its model's typical time. A job that has crashed a worker
   * moves to `alone`. A synchronous job has one, too, for the wake-ups of the sweep.
   */
  readonly lane: Lane;
  /** What the caller should know already at submit, such as a fallback that no provider serves. */
  readonly warnings: readonly Warning[];
  /** Present where the client sent an idempotency key: what a replay must match. */
  readonly fingerprint?: string;
  /**
   * What was reserved at submission of the owner's budgets: the worst price of one request to the dearest candidate.
   * @default 0
   */
  readonly reserved?: Micros;
  /** @default - the job is neither answered from the cache nor stored in it */
  readonly cache?: CacheOrder;
  /**
   * `caller`: provider requests are made with a key that came with the submission and isn't stored, so only the function that
   * accepted the job can make them.
   * @default - the stage's keys
   */
  readonly credential?: 'caller';
}

/** What moves while a job is worked on. */
export interface JobProgress {
  /** The number of the wake-up that may claim the job; a dispatch sequence number, which grows with each wake-up that is sent. */
  readonly hop: number;
  /** Not to be claimed before this time (epoch ms). */
  readonly dueAt: number;
  /** The fencing token: how often the job has been claimed. Writes with an older token are refused. */
  readonly claim: number;
  /** 1 while a worker holds a lease that it has not released. */
  readonly leaseHeld: number;
  /** When the lease ends (epoch ms); 0 where there has been none. */
  readonly leaseUntil: number;
  /** How often a claim found an expired lease that had not been released. */
  readonly crashes: number;
  /** How often an idempotency key has been replayed. */
  readonly replays: number;
  /** Since when the job has known that it must wait at a gate (epoch ms): what its patience is reckoned from. */
  readonly heldSince?: number;
  readonly attempts: Ledger;
  /** Grows with each write to `attempts`: what closes an entry of an ended job must have seen the latest. */
  readonly ledgerVersion: number;
}

/** Why a job has no result, for the caller. */
export interface JobFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param?: string;
  /** The provider that failed it; absent where the gateway decided. */
  readonly provider?: string;
  readonly model?: string;
  readonly warnings: readonly Warning[];
}

interface JobBase extends JobOrder, JobProgress {}

export interface OpenJob extends JobBase {
  readonly status: 'pending' | 'processing';
}

interface EndedJobBase extends JobBase {
  readonly completedAt: number;
  /** From this instant the job is unknown to everybody. */
  readonly expiresAt: number;
  /** Set once its owner has deleted the job: the ledger remains (a tombstone), which no caller can see. */
  readonly deletedAt?: number;
}

export interface CompletedJob extends EndedJobBase {
  readonly status: 'completed';
  readonly result: JobResult;
}

export interface UnsuccessfulJob extends EndedJobBase {
  readonly status: 'failed' | 'cancelled';
  readonly failure: JobFailure;
}

export type EndedJob = CompletedJob | UnsuccessfulJob;
export type Job = OpenJob | EndedJob;

/** Ids are UUIDs: anything else can't name a job, and is not worth a read. */
export const isJobId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);

/** The candidate that is tried first. Throws for a job without one, which no submission makes. */
export function firstCandidate(job: JobOrder): Candidate {
  const [first] = job.candidates;
  if (!first) throw new Error(`The job ${job.id} has no candidate.`);
  return first;
}

export const isOpen = (job: Job): job is OpenJob => job.status === 'pending' || job.status === 'processing';

export const isDeleted = (job: Job): boolean => !isOpen(job) && job.deletedAt !== undefined;

/** A job that may still be shown: open ones always, ended ones until they expire. */
export const isVisible = (job: Job, now: number): boolean => isOpen(job) || (now < job.expiresAt && !isDeleted(job));

/** What the links to a job's images say of their end, in epoch seconds; within that second, `isVisible` decides. */
export const linkExpiryOf = (job: EndedJob): number => Math.floor(job.expiresAt / 1000);

/** A job at the moment of its acceptance, for the worker that gets its wake-up. */
export const acceptedJob = (order: JobOrder): OpenJob => ({
  ...order,
  status: 'pending',
  hop: 0,
  dueAt: order.createdAt,
  claim: 0,
  leaseHeld: 0,
  leaseUntil: 0,
  crashes: 0,
  replays: 0,
  attempts: [],
  ledgerVersion: 0,
});

/**
 * The job of a synchronous request at the moment of its acceptance: claimed by the function that has accepted it, so that
 * no other worker takes it before its lease expires (epoch ms).
 */
export const claimedJob = (order: JobOrder, leaseUntil: number): OpenJob => ({
  ...acceptedJob(order),
  status: 'processing',
  claim: 1,
  leaseHeld: 1,
  leaseUntil,
});
