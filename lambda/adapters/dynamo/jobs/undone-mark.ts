import type { JobOrder } from '../../../domain/jobs/job.ts';
import type { Item } from './job-item.ts';

/** How long a tombstone is kept, in seconds: far longer than any request can be in flight. */
const markSeconds = 24 * 3600;

/**
 * Max nonces in a tombstone, the newest: with so many submissions of one key rolled back in a day, the first is long
 * over.
 */
const maxNonces = 20;

/**
 * The attribute of a tombstone (rollback mark), the item that replaces a job whose submission was rolled back: the
 * nonces of the submissions whose late writes must fail. A job that is created over a tombstone keeps the attribute, in
 * case it is rolled back too.
 */
export const markAttribute = 'undone';

/** Whether an item is a job: anything but a bare tombstone, so that a damaged job isn't taken for a missing one. */
export const isJobItem = (item: Item | undefined): item is Item =>
  item !== undefined && (item.status !== undefined || item[markAttribute] === undefined);

/** The nonces in an item's tombstone attribute; none where it has no such attribute. */
export const undoneNonces = (item: Item | undefined): readonly string[] =>
  JSON.parse(item?.[markAttribute]?.S ?? '[]') as readonly string[];

/** The tombstone that rolls back a submission, together with those rolled back before. */
export const undoneMark = (order: JobOrder, standing: Item | undefined): Item => ({
  id: { S: order.id },
  [markAttribute]: { S: JSON.stringify([...undoneNonces(standing), order.submissionNonce].slice(-maxNonces)) },
  ttl: { N: String(Math.ceil(order.createdAt / 1000) + markSeconds) },
});
