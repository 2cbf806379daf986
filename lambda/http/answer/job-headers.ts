import { headerNames } from '../../contract/headers.ts';
import { jobPath } from '../../contract/routes.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';

/** What an answer says of the job that goes on after it: its id, and where its caller finds it. */
export const jobHeaders = (
  { id, operation }: Pick<JobOrder, 'id' | 'operation'>,
  origin: string,
): Readonly<Record<string, string>> => ({
  [headerNames.jobId]: id,
  location: `${origin}${jobPath(operation, id)}`,
});
