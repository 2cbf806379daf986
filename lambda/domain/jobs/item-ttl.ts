import type { JobOrder } from './job.ts';

/** TTL of the ledger after the job's end, in seconds, however short the TTL of the result. */
const ledgerSeconds = 48 * 3600;

/** What decides how long a job's item is kept. The times of an end are absent while there is none. */
type Lifetime = Pick<JobOrder, 'deadlineAt' | 'resultTtlSeconds'> & {
  readonly completedAt?: number;
  readonly expiresAt?: number;
  readonly deletedAt?: number;
};

/**
 * When the table may drop a job's item, in epoch seconds: one rule for open, ended and deleted jobs. The ledger is kept for
 * 48 hours beyond the deadline, the end and the deletion, whichever is last, and nothing goes that its caller may still see.
 */
export function itemTtl(job: Lifetime): number {
  const { deadlineAt, resultTtlSeconds, completedAt = 0, deletedAt } = job;
  const ledgerUntil = Math.max(deadlineAt, completedAt, deletedAt ?? 0) + ledgerSeconds * 1000;
  // An open job may yet end at its deadline, and be seen from then on.
  const seenUntil = job.expiresAt ?? ledgerUntil + resultTtlSeconds * 1000;
  return Math.ceil(Math.max(ledgerUntil, deletedAt === undefined ? seenUntil : 0) / 1000);
}

/**
 * Whether a job no longer blocks its id at that time: the table's own measure, since the table may drop an item days
 * late. With it goes its idempotency key.
 */
export const isForgotten = (job: Lifetime, now: number): boolean => itemTtl(job) <= Math.floor(now / 1000);
