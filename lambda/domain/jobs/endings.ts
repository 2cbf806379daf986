import { type Attempt, bareEntry, openAttempt } from './attempt.ts';
import type { Change, Condition, Transition } from './conditions.ts';
import { resultInPart, withoutDeliveries } from './deliveries.ts';
import { itemTtl } from './item-ttl.ts';
import type { Job, JobFailure, JobOrder, OpenJob } from './job.ts';
import type { JobResult } from './job-result.ts';
import { withOutcome } from './ledger.ts';
import { clockSkewSeconds, fencedBy, leaseReleased, unwoken, whileOpen } from './transitions.ts';

/**
 * An end must have seen the whole ledger: it writes it anew, without deliveries, and whether the job leaves the index turns
 * on an open entry.
 */
const ledgerAsIn = (job: Job): Condition => ({ field: 'ledgerVersion', is: 'equalTo', value: job.ledgerVersion });

/** Ends a job with its images, closing the attempt that made them in the same write. */
export const complete = (job: OpenJob, winning: Attempt, result: JobResult, now: number): Transition => ({
  name: 'complete',
  when: fencedBy(job),
  change: {
    ...ended(job, now, {
      attempts: withOutcome(job.attempts, winning),
      status: 'completed',
      result,
      ...leaseReleased,
    }),
    add: { ledgerVersion: 1 },
  },
});

/** Ends a job that has made no request with copies of a known answer's images. */
export const completeKnown = (job: OpenJob, result: JobResult, now: number): Transition => ({
  name: 'completeKnown',
  when: [...fencedBy(job), ledgerAsIn(job)],
  change: ended(job, now, { status: 'completed', result, ...leaseReleased }),
});

/** Ends a job that its worker could not complete: with the images that it has, if there are any. */
export const fail = (job: OpenJob, failure: JobFailure, now: number): Transition => ({
  name: 'fail',
  when: [...fencedBy(job), ledgerAsIn(job)],
  change: ended(job, now, { ...endInPart(job, failure), ...leaseReleased }),
});

/** Images that were paid for are a result, also where others are missing. */
function endInPart(job: Job, failure: JobFailure): NonNullable<Change['set']> {
  const result = resultInPart(job, failure);
  return result ? { status: 'completed', result } : { status: 'failed', failure };
}

/**
 * Ends an open job because its owner says so. A worker may be working on it: its lease is left unchanged, so that a worker that closes
 * its ledger entry knows how long to wait for the worker's own outcome.
 */
export const cancel = (job: Job, now: number): Transition => ({
  name: 'cancel',
  when: [whileOpen, ledgerAsIn(job)],
  change: ended(job, now, {
    status: 'cancelled',
    failure: { code: 'cancelled', message: 'The job was cancelled.', warnings: [] },
  }),
});

/** Ends a job whose worker has met that the key it was submitted with is good no more. */
export const stop = (job: OpenJob, now: number): Transition => ({
  name: 'stop',
  when: [...fencedBy(job), ledgerAsIn(job)],
  change: ended(job, now, {
    status: 'cancelled',
    failure: {
      code: 'virtual_key_blocked',
      message: 'The virtual key of this job was blocked, has expired or was deleted. The job was stopped.',
      warnings: [],
    },
    ...leaseReleased,
  }),
});

/** With a live lease, an overdue job is given this part of a lease more: a paid image may be about to arrive. */
const graceShareOfLease = 0.375;

/** However long a stage's leases are, the promise to end by the deadline and a minute is kept. */
const maxGraceSeconds = 45;

/** When an overdue job is ended even if a worker holds its lease, in epoch milliseconds. */
export const graceEndsAt = (job: Pick<JobOrder, 'deadlineAt'>, leaseSeconds: number): number =>
  job.deadlineAt + Math.min(maxGraceSeconds, graceShareOfLease * leaseSeconds) * 1000;

const overdue: JobFailure = {
  code: 'deadline_exceeded',
  message: 'The job did not end before its deadline.',
  warnings: [],
};

/**
 * Ends a job that is past its deadline and has no worker, or one that is taking too long even so. It ends when that is
 * written, not at its deadline: its caller, who has seen it open until then, is to have the whole time to see the failure.
 */
export function failOverdue(job: Job, now: number, leaseSeconds: number): Transition {
  const graceIsOver = now >= graceEndsAt(job, leaseSeconds);
  const nobodyIsAtIt: Condition = { field: 'leaseUntil', is: 'atMost', value: now - clockSkewSeconds * 1000 };
  return {
    name: 'failOverdue',
    when: [
      whileOpen,
      ledgerAsIn(job),
      { field: 'deadlineAt', is: 'atMost', value: now },
      ...(graceIsOver ? [] : [nobodyIsAtIt]),
    ],
    change: ended(job, now, endInPart(job, overdue)),
  };
}

/**
 * Leaves of an ended job a tombstone: its ids, its owner and its ledger, without a word of its caller's or a provider's. The
 * fingerprint goes too, since it would confirm a guess of what was asked for, and the name of its known answer. A worker about to close an entry must
 * read the job again, so the ledger's version moves.
 */
export const erase = (job: Job, now: number): Transition => ({
  name: 'erase',
  when: [{ field: 'status', is: 'oneOf', values: ['completed', 'failed', 'cancelled'] }, ledgerAsIn(job)],
  change: {
    set: {
      attempts: job.attempts.map(bareEntry),
      status: 'cancelled',
      failure: { code: 'cancelled', message: 'The job was deleted.', warnings: [] },
      ...emptied(job),
      requestId: '',
      modelRequested: '',
      deletedAt: now,
      ttl: itemTtl({ ...job, deletedAt: now }),
    },
    add: { ledgerVersion: 1 },
    remove: ['result', 'mask', 'addresses', 'fingerprint', 'cache'],
  },
});

/** A job without what its caller sent. */
export const emptied = (job: Job) =>
  ({
    submission: { in: 'item', submission: { operation: job.operation, n: 1, parameters: {}, extra: {} } },
    images: [],
    warnings: [],
  }) as const satisfies Change['set'];

/**
 * What every end has in common: times, the table's TTL, a ledger without deliveries, and no place in the index of open
 * jobs, unless an entry of the ledger is still to be closed: then the sweep sees to that. No job ends before it was made,
 * though the clocks of who made it and who ended it may differ.
 */
export function ended(job: Job, now: number, fields: NonNullable<Change['set']>): Change {
  const completedAt = Math.max(now, job.createdAt);
  const expiresAt = completedAt + job.resultTtlSeconds * 1000;
  const ttl = itemTtl({ ...job, completedAt, expiresAt });
  const attempts = withoutDeliveries(fields.attempts ?? job.attempts);
  const times = { completedAt, expiresAt, ttl };
  if (openAttempt(attempts) === undefined) return { set: { ...fields, attempts, ...times }, remove: ['openShard'] };
  return { set: { ...fields, attempts, ...times, ...unwoken } };
}
