import { type Attempt, withAttempt, withOutcome } from './attempt.ts';
import type { Change, Condition, Transition } from './conditions.ts';
import type { Job, JobFailure, JobOrder, JobResult, OpenJob } from './job.ts';

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

/** Keeps the lease of a worker that is still at it. */
export const renew = (job: OpenJob, now: number, leaseSeconds: number): Transition => ({
  name: 'renew',
  when: fencedBy(job),
  change: { set: { leaseUntil: now + leaseSeconds * 1000 } },
});

/** Gives the lease back until the wake-up with the next hop, which must have been sent before. */
export const release = (job: OpenJob, dueAt: number): Transition => ({
  name: 'release',
  when: fencedBy(job),
  change: { set: { leaseUntil: 0, leaseHeld: 0, hop: job.hop + 1, dueAt } },
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
  change: { set: { attempts: withOutcome(job.attempts, attempt) }, add: { ledgerVersion: 1 } },
});

/** Ends a job with its images, closing the attempt that made them in the same write. */
export const complete = (job: OpenJob, winning: Attempt, result: JobResult, now: number): Transition => ({
  name: 'complete',
  when: fencedBy(job),
  change: {
    ...ended(job, now, { attempts: withOutcome(job.attempts, winning), status: 'completed', result }),
    add: { ledgerVersion: 1 },
  },
});

/** Ends a job that its worker could not complete. */
export const fail = (job: OpenJob, failure: JobFailure, now: number): Transition => ({
  name: 'fail',
  when: fencedBy(job),
  change: ended(job, now, { status: 'failed', failure }),
});

const idempotencyMemorySeconds = 24 * 3600;

/**
 * What every end has in common: times, the table's TTL, no lease, and no place in the index of open jobs. An idempotency
 * key is remembered for a day beyond the job's end, even where the images are gone sooner.
 */
export function ended(job: JobOrder, completedAt: number, fields: NonNullable<Change['set']>): Change {
  const expiresAt = completedAt + job.resultTtlSeconds * 1000;
  const rememberedUntil = job.fingerprint === undefined ? 0 : completedAt + idempotencyMemorySeconds * 1000;
  const ttl = Math.ceil(Math.max(expiresAt, rememberedUntil) / 1000);
  return { set: { ...fields, completedAt, expiresAt, ttl, leaseUntil: 0, leaseHeld: 0 }, remove: ['openShard'] };
}

/** Why a wake-up could not claim a job, so that its message can be treated rightly. */
export type ClaimRefusal = { reason: 'ended' } | { reason: 'stale' } | { reason: 'not_due' | 'leased'; until: number };

/** Names the reason from the same facts as the claim's conditions, in the order that decides the message's fate. */
export function claimRefusal(job: Job, hop: number, now: number): ClaimRefusal {
  if (job.status !== 'pending' && job.status !== 'processing') return { reason: 'ended' };
  if (job.hop > hop) return { reason: 'stale' };
  const leaseEndsAt = job.leaseUntil + clockSkewSeconds * 1000;
  if (leaseEndsAt > now) return { reason: 'leased', until: leaseEndsAt };
  return { reason: 'not_due', until: job.dueAt };
}
