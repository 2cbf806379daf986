import type { JobOrder } from '../../../domain/jobs/job.ts';
import type { Item } from './job-item.ts';

/** How long a mark stands, in seconds: far longer than any request can be under way. */
const markSeconds = 24 * 3600;

/** The newest nonces that a mark names: with so many submissions of one key undone in a day, the first is long over. */
const maxNonces = 20;

/**
 * What stands under an id in place of a job that was undone: the nonces of the submissions whose writes may still arrive and
 * must fail. A job that is made over it carries it on, for the case that it is undone as well.
 */
export const markAttribute = 'undone';

/** Whether a job stands there: whatever isn't the mark alone, so that a damaged job isn't taken for one that is not there. */
export const isJobItem = (item: Item | undefined): item is Item =>
  item !== undefined && (item.status !== undefined || item[markAttribute] === undefined);

/** The nonces that stand in an item's mark, if it has one. */
export const undoneNonces = (item: Item | undefined): readonly string[] =>
  JSON.parse(item?.[markAttribute]?.S ?? '[]') as readonly string[];

/** The mark that undoes a submission, beside those that are undone already. */
export const undoneMark = (order: JobOrder, standing: Item | undefined): Item => ({
  id: { S: order.id },
  [markAttribute]: { S: JSON.stringify([...undoneNonces(standing), order.submissionNonce].slice(-maxNonces)) },
  ttl: { N: String(Math.ceil(order.createdAt / 1000) + markSeconds) },
});
