import { headerNames } from '../../contract/headers.ts';
import { jobPath } from '../../contract/routes.ts';
import type { Candidate } from '../../domain/generation.ts';
import { firstCandidate, isOpen, type Job } from '../../domain/jobs/job.ts';
import type { ImageStore, LinkSigner } from '../../domain/ports.ts';
import type { LimitsShown } from '../../domain/usage/limits-shown.ts';
import type { ApiRequest } from '../request/api-request.ts';
import { type ApiResponse, jsonResponse } from './api-response.ts';
import { imageLinks } from './image-links.ts';
import { jobBody } from './job-body.ts';
import type { RawView } from './job-view.ts';
import { limitHeaders } from './limit-headers.ts';

/** What a job's answer is made with. */
export interface JobRendering {
  readonly signer: LinkSigner;
  readonly open: ImageStore['open'];
  /** How long jobs that ask a candidate first usually take, in seconds. */
  readonly usualSeconds: (candidate: Candidate) => Promise<number>;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The largest body the function may answer with; absent: as much as Lambda streams. */
  readonly maxBytes?: number;
  readonly raw?: RawView;
  /** True where the caller's idempotency key had this job already. */
  readonly replayed?: boolean;
  /** The status of the caller's limits, where the job was counted just now. */
  readonly limits?: LimitsShown | undefined;
  /** The wait that a `Prefer` header was granted, in seconds; 0 where it was granted none. */
  readonly waitedSeconds: number;
}

/** The answer with a job: 202 with its URL and a poll delay while it is open, 200 once it has ended. */
export async function jobResponse(request: ApiRequest, job: Job, rendering: JobRendering): Promise<ApiResponse> {
  const linkTo = await imageLinks(job, request.origin, rendering.signer);
  const json = jobBody(job, { linkTo, ...rendering.raw }, rendering.open, rendering.maxBytes);
  const applied: Record<string, string> = {
    ...(rendering.waitedSeconds > 0 ? { [headerNames.preferenceApplied]: `wait=${rendering.waitedSeconds}` } : {}),
    ...(rendering.replayed ? { [headerNames.idempotencyReplayed]: 'true' } : {}),
    ...limitHeaders(rendering.limits),
  };
  if (!isOpen(job)) return jsonResponse(200, request.requestId, { json }, applied);
  const usualSeconds = await rendering.usualSeconds(firstCandidate(job));
  const passedSeconds = (rendering.now - job.createdAt) / 1000;
  return jsonResponse(
    202,
    request.requestId,
    { json },
    {
      location: `${request.origin}${jobPath(job.operation, job.id)}`,
      'retry-after': String(retryAfterSeconds(usualSeconds, passedSeconds)),
      ...applied,
    },
  );
}

/**
 * Seconds until the next poll of an open job: the rest of its model's typical time, from 1 to that time. A job that
 * takes longer than usual is polled ten times within its typical time, so that slow ones aren't polled each second.
 */
export function retryAfterSeconds(typicalSeconds: number, passedSeconds: number): number {
  const typical = Math.max(1, Math.ceil(typicalSeconds));
  const left = Math.ceil(typical - Math.max(0, passedSeconds));
  return Math.min(typical, Math.max(left, Math.ceil(typical / 10)));
}
