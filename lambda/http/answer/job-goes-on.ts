import { headerNames } from '../../contract/headers.ts';
import { jobPath } from '../../contract/routes.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';

/** What an answer without a result needs of its job. `fingerprint` is present where an idempotency key was sent. */
export type JobBehind = Pick<JobOrder, 'id' | 'operation' | 'fingerprint'>;

/**
 * Tells the caller how to get the result of a job that continues, and what a retry of the request would do. It is part
 * of the message, since some SDKs show nothing else of an error's body.
 */
export function howToGetResult({ id, operation, fingerprint }: JobBehind): string {
  const asked = `Get its result with GET ${jobPath(operation, id)}`;
  return fingerprint === undefined
    ? `${asked}. The request had no Idempotency-Key: sending it again creates another job, which is charged separately.`
    : `${asked}, or send the same request again with its Idempotency-Key. Neither is charged again.`;
}

/** Headers about the job that continues after the answer: its id, and its URL. */
export const jobHeaders = (
  { id, operation }: Pick<JobOrder, 'id' | 'operation'>,
  origin: string,
): Readonly<Record<string, string>> => ({
  [headerNames.jobId]: id,
  location: `${origin}${jobPath(operation, id)}`,
});
