import { isJobId } from '../../domain/jobs/job.ts';
import type { JobPosition } from '../../domain/jobs/lists/job-lists.ts';

/**
 * A place in a list of jobs, as `next_cursor` shows it: opaque, but no secret. The owner isn't in it: a list is always that of
 * the request's own owner, whichever list the cursor came from.
 */
export const cursorOf = ({ createdAt, id }: JobPosition): string =>
  Buffer.from(`${createdAt} ${id}`).toString('base64url');

/** The place that a cursor means; undefined for a text that `cursorOf` never gives. */
export function positionOf(cursor: string): JobPosition | undefined {
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (!/^\d{1,15}$/.test(time) || !isJobId(id)) return undefined;
  const position = { createdAt: Number(time), id };
  // Base64 and numbers have several spellings, of which one is ours.
  return cursorOf(position) === cursor ? position : undefined;
}
