import { type Attempt, bareEntry, openAttempt } from './attempt.ts';
import type { Change, Condition, Transition } from './conditions.ts';
import { withoutDeliveries } from './deliveries.ts';
import type { InputAddresses } from './input-addresses.ts';
import { isDeleted, type Job, type JobOrder, type OpenJob } from './job.ts';
import { withAttempt, withOutcome } from './ledger.ts';
import type { OpenJobEntry } from './open-job-entry.ts';

/** Tolerated clock skew: a lease is taken over only once it has been expired for longer than this. */
export const clockSkewSeconds = 5;

/** Crashes after which a job is given up as a poison message: what killed its workers would kill the next one, too. */
export const maxCrashes = 3;

/** The condition that a job has not ended. */
export const whileOpen: Condition = { field: 'status', is: 'oneOf', values: ['pending', 'processing'] };
/** The fencing-token check of every write by the worker that holds a job: the job is open, and has not been claimed since. */
export const fencedBy = (job: Pick<Job, 'claim'>): readonly Condition[] => [
  whileOpen,
  { field: 'claim', is: 'equalTo', value: job.claim },
];

/**
 * How far a wake-up's hop may be ahead of its job's. Each handling of a dead letter takes a wake-up one further, so a real one
 * stays far below; a forged one must not take the job's own wake-ups to where their hops are no numbers any more.
 */
export const maxHopsAhead = 1000;

/** Progress resets the redelivery backoff of the sweep: if the next wake-up is lost, the doubling starts anew. */
export const unwoken = { wakeups: 0, wakeAt: 0 } as const;

/** The lease fields of a job whose worker has released it. */
export const leaseReleased = { leaseUntil: 0, leaseHeld: 0 } as const;

/**
 * Leases an open, due job to the holder of a wake-up with this hop, and increments its fencing token `claim`. Delivery is
 * at-least-once: of duplicate or stale wake-ups, and while another worker's lease runs, the conditions let none claim.
 */
export const claim = (hop: number, now: number, leaseSeconds: number): Transition => ({
  name: 'claim',
  when: [
    whileOpen,
    { field: 'hop', is: 'atMost', value: hop },
    { field: 'hop', is: 'atLeast', value: hop - maxHopsAhead },
    { field: 'dueAt', is: 'atMost', value: now },
    { field: 'leaseUntil', is: 'atMost', value: now - clockSkewSeconds * 1000 },
  ],
  change: {
    set: { status: 'processing', hop, leaseUntil: now + leaseSeconds * 1000, leaseHeld: 1, ...unwoken },
    add: { claim: 1 },
    accumulate: { crashes: 'leaseHeld' },
  },
});

/** Heartbeat: renews the lease of a working worker. A lease that it has just released stays released. */
export const renew = (job: OpenJob, now: number, leaseSeconds: number): Transition => ({
  name: 'renew',
  when: [...fencedBy(job), { field: 'leaseHeld', is: 'equalTo', value: 1 }],
  change: { set: { leaseUntil: now + leaseSeconds * 1000 } },
});

/**
 * Releases the lease until the wake-up with the next hop, which must have been sent before; keeps the lane that it was
 * sent on, and since when the job has been held up by gates.
 */
export const scheduleNextHop = (job: OpenJob, dueAt: number): Transition => ({
  name: 'scheduleNextHop',
  when: fencedBy(job),
  change: {
    set: {
      ...leaseReleased,
      ...{ hop: job.hop + 1, dueAt, lane: job.lane },
      ...unwoken,
      ...(job.heldSince === undefined ? {} : { heldSince: job.heldSince }),
    },
  },
});

/** Releases the lease after a fault, for redelivery of the same wake-up: an unavailable store is not a crash. */
export const releaseLease = (job: OpenJob, dueAt: number): Transition => ({
  name: 'releaseLease',
  when: fencedBy(job),
  change: { set: { ...leaseReleased, dueAt } },
});

/** Keeps the inputs that were named by address, once all are in the bucket: every provider request reads them there. */
export const keepInputs = (
  job: OpenJob,
  addresses: InputAddresses,
  inputs: Pick<JobOrder, 'images' | 'mask'>,
): Transition => ({
  name: 'keepInputs',
  when: fencedBy(job),
  change: { set: { ...inputs, addresses: { ...addresses, isFetched: true } } },
});

/** Write-ahead ledger: records a provider request before it is sent. */
export const startAttempt = (job: OpenJob, attempt: Attempt): Transition => ({
  name: 'startAttempt',
  when: fencedBy(job),
  change: { set: { attempts: withAttempt(job.attempts, attempt) }, add: { ledgerVersion: 1 } },
});

/** Write-ahead ledger: records the outcome of a provider request, or its ticket, while the job is open. */
export const updateAttempt = (job: OpenJob, attempt: Attempt): Transition => ({
  name: 'updateAttempt',
  when: fencedBy(job),
  change: { set: { attempts: withOutcome(job.attempts, attempt) }, add: { ledgerVersion: 1 } },
});

/**
 * Records the outcome of a request that was still open when the job ended. Nothing else of an ended job ever changes. If
 * it has a ticket by now, it is still open, and so the job stays in the index: a worker has to cancel the task. What
 * it delivered belongs to no result; of a deleted job nothing is kept that its deletion would have taken.
 */
export const closeAfterEnd = (job: Job, attempt: Attempt): Transition => {
  const closed = withOutcome(job.attempts, isDeleted(job) ? bareEntry(attempt) : attempt);
  const attempts = withoutDeliveries(closed);
  return {
    name: 'closeAfterEnd',
    when: [
      { field: 'status', is: 'oneOf', values: ['completed', 'failed', 'cancelled'] },
      { field: 'ledgerVersion', is: 'equalTo', value: job.ledgerVersion },
    ],
    change: {
      set: { attempts },
      add: { ledgerVersion: 1 },
      ...(openAttempt(attempts) === undefined ? { remove: ['openShard'] } : {}),
    },
  };
};

/**
 * Allows redelivery of the same wake-up, for a job that has been due for `wakeAfterSeconds` and has no worker.
 * Each time the next one may come only after twice as long, so that a long backlog isn't flooded, until the job makes progress (exponential backoff).
 */
export const wake = (entry: OpenJobEntry, now: number, wakeAfterSeconds: number): Transition => ({
  name: 'wake',
  when: [
    whileOpen,
    { field: 'hop', is: 'equalTo', value: entry.hop },
    { field: 'wakeups', is: 'equalTo', value: entry.wakeups },
    { field: 'dueAt', is: 'atMost', value: now - wakeAfterSeconds * 1000 },
    { field: 'leaseUntil', is: 'atMost', value: now - clockSkewSeconds * 1000 },
    { field: 'wakeAt', is: 'atMost', value: now },
  ],
  change: wokenAgain(entry, now, wakeAfterSeconds),
});

/**
 * Allows a wake-up for an ended job whose ledger is open, and the next one as late after it: workers that are behind, as after
 * an outage that has left many such jobs, get no further behind by it.
 */
export const wakeEnded = (entry: OpenJobEntry, now: number, wakeAfterSeconds: number): Transition => ({
  name: 'wakeEnded',
  when: [
    { field: 'status', is: 'oneOf', values: ['completed', 'failed', 'cancelled'] },
    { field: 'wakeups', is: 'equalTo', value: entry.wakeups },
    { field: 'wakeAt', is: 'atMost', value: now },
  ],
  change: wokenAgain(entry, now, wakeAfterSeconds),
});

const wokenAgain = ({ wakeups }: OpenJobEntry, now: number, wakeAfterSeconds: number): Change => ({
  set: { wakeAt: now + wakeAfterSeconds * 1000 * 2 ** wakeups },
  add: { wakeups: 1 },
});

/**
 * Counts a replay of an idempotency key: a job that a second caller was told of can't be rolled back any more. Only the
 * very job that was compared counts it, not one that has taken its place since.
 */
export const countReplay = (job: Job): Transition => ({
  name: 'countReplay',
  when: [{ field: 'submissionNonce', is: 'equalTo', value: job.submissionNonce }],
  change: { add: { replays: 1 } },
});

/**
 * What must be true for a half-made submission to be rolled back: it is unchanged, so it has not been claimed,
 * and no caller has been told of it.
 */
export const undoable = (made: OpenJob): readonly Condition[] => [
  { field: 'submissionNonce', is: 'equalTo', value: made.submissionNonce },
  { field: 'status', is: 'equalTo', value: made.status },
  { field: 'claim', is: 'equalTo', value: made.claim },
  { field: 'replays', is: 'equalTo', value: 0 },
];

/** Why a wake-up could not claim a job, so that its message can be treated rightly. */
export type ClaimRefusal = { reason: 'ended' | 'stale' | 'ahead' } | { reason: 'not_due' | 'leased'; until: number };

/** Names the reason from the same facts as the claim's conditions, in the order that decides the message's fate. */
export function claimRefusal(job: Job, hop: number, now: number): ClaimRefusal {
  const leaseEndsAt = job.leaseUntil + clockSkewSeconds * 1000;
  if (job.status !== 'pending' && job.status !== 'processing') {
    // Its worker may still have a word to say on the request it made.
    const workerMayClose = openAttempt(job.attempts) !== undefined && leaseEndsAt > now;
    return workerMayClose ? { reason: 'leased', until: leaseEndsAt } : { reason: 'ended' };
  }
  if (job.hop > hop) return { reason: 'stale' };
  if (hop - job.hop > maxHopsAhead) return { reason: 'ahead' };
  if (leaseEndsAt > now) return { reason: 'leased', until: leaseEndsAt };
  return { reason: 'not_due', until: job.dueAt };
}
