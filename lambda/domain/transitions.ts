import { type Attempt, openAttempt, withAttempt, withOutcome } from './attempt.ts';
import type { Change, Condition, Transition } from './conditions.ts';
import {
  isOpen as isStillOpen,
  type Job,
  type JobFailure,
  type JobOrder,
  type JobResult,
  type OpenJob,
} from './job.ts';
import type { OpenJobEntry } from './open-job-entry.ts';

/** Clocks may differ by this much: a lease is taken over only when it has been over for longer. */
export const clockSkewSeconds = 5;

/** Crashes after which a job is given up: whatever kills its workers would kill the next one too. */
export const mostCrashes = 3;

const isOpen: Condition = { field: 'status', is: 'oneOf', values: ['pending', 'processing'] };
const fencedBy = (job: Pick<Job, 'claim'>): readonly Condition[] => [
  isOpen,
  { field: 'claim', is: 'equalTo', value: job.claim },
];

/** Takes an open, due job that nobody works on, for the holder of a wake-up with this hop. */
export const claim = (hop: number, now: number, leaseSeconds: number): Transition => ({
  name: 'claim',
  when: [
    isOpen,
    { field: 'hop', is: 'atMost', value: hop },
    { field: 'dueAt', is: 'atMost', value: now },
    { field: 'leaseUntil', is: 'atMost', value: now - clockSkewSeconds * 1000 },
  ],
  change: {
    set: { status: 'processing', hop, leaseUntil: now + leaseSeconds * 1000, leaseHeld: 1 },
    add: { claim: 1 },
    accumulate: { crashes: 'leaseHeld' },
  },
});

/** Keeps the lease of a worker that is still at it; one that it has just given back stays given back. */
export const renew = (job: OpenJob, now: number, leaseSeconds: number): Transition => ({
  name: 'renew',
  when: [...fencedBy(job), { field: 'leaseHeld', is: 'equalTo', value: 1 }],
  change: { set: { leaseUntil: now + leaseSeconds * 1000 } },
});

/** Gives the lease back until the wake-up with the next hop, which must have been sent before. */
export const release = (job: OpenJob, dueAt: number): Transition => ({
  name: 'release',
  when: fencedBy(job),
  change: { set: { leaseUntil: 0, leaseHeld: 0, hop: job.hop + 1, dueAt } },
});

/** Gives the lease back after a fault, to whoever brings the same wake-up again: a store that is down is no crash. */
export const giveBack = (job: OpenJob, dueAt: number): Transition => ({
  name: 'giveBack',
  when: fencedBy(job),
  change: { set: { ...leaseGivenBack, dueAt } },
});

/** Records a provider request before it is made. */
export const startAttempt = (job: OpenJob, attempt: Attempt): Transition => ({
  name: 'startAttempt',
  when: fencedBy(job),
  change: { set: { attempts: withAttempt(job.attempts, attempt) }, add: { ledgerVersion: 1 } },
});

/** Records what became of a provider request, or the ticket it gave, while the job is open. */
export const updateAttempt = (job: OpenJob, attempt: Attempt): Transition => ({
  name: 'updateAttempt',
  when: fencedBy(job),
  change: { set: { attempts: withOutcome(job.attempts, attempt) }, add: { ledgerVersion: 1 } },
});

/** Closes an entry that was still open when the job ended. Nothing else of an ended job ever changes. */
export const settleAttempt = (job: Job, attempt: Attempt): Transition => ({
  name: 'settleAttempt',
  when: [
    { field: 'status', is: 'oneOf', values: ['completed', 'failed', 'cancelled'] },
    { field: 'ledgerVersion', is: 'equalTo', value: job.ledgerVersion },
  ],
  change: {
    set: { attempts: withOutcome(job.attempts, attempt) },
    add: { ledgerVersion: 1 },
    remove: ['openShard'],
  },
});

/** Ends a job with its images, closing the attempt that made them in the same write. */
export const complete = (job: OpenJob, winning: Attempt, result: JobResult, now: number): Transition => ({
  name: 'complete',
  when: fencedBy(job),
  change: {
    ...ended(job, now, {
      attempts: withOutcome(job.attempts, winning),
      status: 'completed',
      result,
      ...leaseGivenBack,
    }),
    add: { ledgerVersion: 1 },
  },
});

/** Ends a job that its worker could not complete. */
export const fail = (job: OpenJob, failure: JobFailure, now: number): Transition => ({
  name: 'fail',
  when: fencedBy(job),
  change: ended(job, now, { status: 'failed', failure, ...leaseGivenBack }),
});

/** An end that isn't fenced must have seen the whole ledger: whether the job leaves the index turns on an open entry. */
const ledgerAsIn = (job: Job): Condition => ({ field: 'ledgerVersion', is: 'equalTo', value: job.ledgerVersion });

/**
 * Ends an open job because its owner says so. A worker may be at it: its lease is left as it is, so that whoever closes
 * its ledger entry knows how long to wait for the worker's own word.
 */
export const cancel = (job: Job, now: number): Transition => ({
  name: 'cancel',
  when: [isOpen, ledgerAsIn(job)],
  change: ended(job, now, {
    status: 'cancelled',
    failure: { code: 'cancelled', message: 'The job was cancelled.', warnings: [] },
  }),
});

/** With a live lease, an overdue job is given this part of a lease more: a paid image may be about to arrive. */
const graceShareOfLease = 0.375;

/** Ends a job that is past its deadline and has no worker, or one that is taking too long even so. */
export function failOverdue(job: Job, now: number, leaseSeconds: number): Transition {
  const graceIsOver = now >= job.deadlineAt + graceShareOfLease * leaseSeconds * 1000;
  const nobodyIsAtIt: Condition = { field: 'leaseUntil', is: 'atMost', value: now - clockSkewSeconds * 1000 };
  return {
    name: 'failOverdue',
    when: [
      isOpen,
      ledgerAsIn(job),
      { field: 'deadlineAt', is: 'atMost', value: now },
      ...(graceIsOver ? [] : [nobodyIsAtIt]),
    ],
    change: ended(job, job.deadlineAt, {
      status: 'failed',
      failure: { code: 'deadline_exceeded', message: 'The job did not end before its deadline.', warnings: [] },
    }),
  };
}

/**
 * Allows the same wake-up to be sent again, for a job that has been due for `wakeAfterSeconds` and that nobody works on.
 * Each time the next one may come only after twice as long, so that a long backlog isn't flooded.
 */
export const wake = (entry: OpenJobEntry, now: number, wakeAfterSeconds: number): Transition => ({
  name: 'wake',
  when: [
    isOpen,
    { field: 'hop', is: 'equalTo', value: entry.hop },
    { field: 'wakeups', is: 'equalTo', value: entry.wakeups },
    { field: 'dueAt', is: 'atMost', value: now - wakeAfterSeconds * 1000 },
    { field: 'leaseUntil', is: 'atMost', value: now - clockSkewSeconds * 1000 },
    { field: 'wakeAt', is: 'atMost', value: now },
  ],
  change: {
    set: { wakeAt: now + wakeAfterSeconds * 1000 * 2 ** entry.wakeups },
    add: { wakeups: 1 },
  },
});

/**
 * Counts a replay of an idempotency key: a job that somebody has been told of twice can't be undone any more. Only the
 * very job that was compared counts it, not one that has taken its place since.
 */
export const countReplay = (job: Job): Transition => ({
  name: 'countReplay',
  when: [{ field: 'submissionNonce', is: 'equalTo', value: job.submissionNonce }],
  change: { add: { replays: 1 } },
});

/** How long the ledger of a deleted job is kept. */
const tombstoneSeconds = 48 * 3600;

/** Leaves of an ended job only who owned it and what its provider requests were. */
export const erase = (job: Job, now: number): Transition => ({
  name: 'erase',
  when: [{ field: 'status', is: 'oneOf', values: ['completed', 'failed', 'cancelled'] }],
  change: {
    set: {
      status: 'cancelled',
      failure: { code: 'cancelled', message: 'The job was deleted.', warnings: [] },
      submission: { in: 'item', submission: { operation: job.operation, n: 1, parameters: {}, extra: {} } },
      images: [],
      warnings: [],
      deletedAt: now,
      ttl: tombstoneTtl(now),
    },
    remove: ['result', 'mask'],
  },
});

const tombstoneTtl = (deletedAt: number): number => Math.ceil(deletedAt / 1000) + tombstoneSeconds;

/** What must be true for a half-made submission to be taken back: nobody has seen it, and nobody has been told of it. */
export const undoable = (order: JobOrder): readonly Condition[] => [
  { field: 'submissionNonce', is: 'equalTo', value: order.submissionNonce },
  { field: 'status', is: 'equalTo', value: 'pending' },
  { field: 'replays', is: 'equalTo', value: 0 },
];

const leaseGivenBack = { leaseUntil: 0, leaseHeld: 0 } as const;

const idempotencyMemorySeconds = 24 * 3600;

/**
 * What every end has in common: times, the table's TTL, and no place in the index of open jobs, unless an entry of the
 * ledger is still to be closed: then the sweep sees to that. No job ends before it was made, though the clocks of who made
 * it and who ended it may differ.
 */
export function ended(job: Job, now: number, fields: NonNullable<Change['set']>): Change {
  const completedAt = Math.max(now, job.createdAt);
  const expiresAt = completedAt + job.resultTtlSeconds * 1000;
  const ttl = endedTtl(job, completedAt, expiresAt);
  const isSettled = openAttempt(fields.attempts ?? job.attempts) === undefined;
  return { set: { ...fields, completedAt, expiresAt, ttl }, ...(isSettled ? { remove: ['openShard'] } : {}) };
}

/** An idempotency key is remembered for a day beyond the job's end, even where the images are gone sooner. */
function endedTtl(job: JobOrder, completedAt: number, expiresAt: number): number {
  const rememberedUntil = job.fingerprint === undefined ? 0 : completedAt + idempotencyMemorySeconds * 1000;
  return Math.ceil(Math.max(expiresAt, rememberedUntil) / 1000);
}

/** Whether a job is in nobody's way any more: the table's own measure, since the table may drop a row days late. */
export function isForgotten(job: Job, now: number): boolean {
  if (isStillOpen(job)) return false;
  const { deletedAt, completedAt, expiresAt } = job;
  const ttl = deletedAt === undefined ? endedTtl(job, completedAt, expiresAt) : tombstoneTtl(deletedAt);
  return ttl <= Math.floor(now / 1000);
}

/** Why a wake-up could not claim a job, so that its message can be treated rightly. */
export type ClaimRefusal = { reason: 'ended' } | { reason: 'stale' } | { reason: 'not_due' | 'leased'; until: number };

/** Names the reason from the same facts as the claim's conditions, in the order that decides the message's fate. */
export function claimRefusal(job: Job, hop: number, now: number): ClaimRefusal {
  const leaseEndsAt = job.leaseUntil + clockSkewSeconds * 1000;
  if (job.status !== 'pending' && job.status !== 'processing') {
    // Its worker may still have a word to say on the request it made.
    const workerMayClose = openAttempt(job.attempts) !== undefined && leaseEndsAt > now;
    return workerMayClose ? { reason: 'leased', until: leaseEndsAt } : { reason: 'ended' };
  }
  if (job.hop > hop) return { reason: 'stale' };
  if (leaseEndsAt > now) return { reason: 'leased', until: leaseEndsAt };
  return { reason: 'not_due', until: job.dueAt };
}
