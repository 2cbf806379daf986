import type { ImageJob } from '../../contract/job.ts';
import type { ListedJob } from '../../domain/jobs/lists/job-lists.ts';

/** What is shown of a job wherever it is shown: what it is, and its times. */
export const jobHead = (job: ListedJob): ImageJob => ({
  id: job.id,
  request_id: job.requestId,
  status: job.status,
  created_at: instant(job.createdAt),
  ...('completedAt' in job ? { completed_at: instant(job.completedAt), expires_at: instant(job.expiresAt) } : {}),
});

export const instant = (epochMilliseconds: number): string => new Date(epochMilliseconds).toISOString();
