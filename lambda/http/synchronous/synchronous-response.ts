import type { ErrorBody } from '../../contract/errors.ts';
import { headerNames } from '../../contract/headers.ts';
import { requestTypes } from '../../contract/image-result.ts';
import { isOpen, type Job, type UnsuccessfulJob } from '../../domain/jobs/job.ts';
import type { ImageStore, LinkSigner } from '../../domain/ports.ts';
import type { LimitsShown } from '../../domain/usage/limits-shown.ts';
import { type ApiResponse, jsonResponse } from '../answer/api-response.ts';
import { errorBody } from '../answer/error-body.ts';
import { imageLinks } from '../answer/image-links.ts';
import { resultBody, type ShownFormat } from '../answer/job-body.ts';
import { howToGetResult, jobHeaders } from '../answer/job-goes-on.ts';
import { failureView, type RawView } from '../answer/job-view.ts';
import { limitHeaders } from '../answer/limit-headers.ts';
import type { ApiRequest } from '../request/api-request.ts';

/** How the submission behind an answer was accepted. */
export interface AcceptedAs {
  /** True where the caller's idempotency key had this job already. */
  readonly replayed: boolean;
  /** The status of the caller's limits, where the job was counted just now. */
  readonly limits?: LimitsShown | undefined;
}

/** What a synchronous answer is made with, besides its job. */
export interface SynchronousRendering extends AcceptedAs {
  readonly signer: LinkSigner;
  readonly open: ImageStore['open'];
  readonly format: ShownFormat;
  readonly raw: RawView;
}

/** The headers of every answer to a synchronous request that was accepted. */
export const acceptedHeaders = (
  { id }: Pick<Job, 'id'>,
  { replayed, limits }: AcceptedAs,
): Readonly<Record<string, string>> => ({
  [headerNames.jobId]: id,
  ...(replayed ? { [headerNames.idempotencyReplayed]: 'true' } : {}),
  ...limitHeaders(limits),
});

/**
 * The answer of a synchronous request (contract, section 7): the result, or the failure with its own status; for a job
 * that is still open a 504, with its URL. Throws what the signer throws.
 */
export async function synchronousResponse(
  request: ApiRequest,
  job: Job,
  rendering: SynchronousRendering,
): Promise<ApiResponse> {
  const headers = acceptedHeaders(job, rendering);
  if (job.status === 'completed') {
    const presentation = { linkTo: await imageLinks(job, request.origin, rendering.signer), ...rendering.raw };
    const json = resultBody(job, presentation, rendering.format, rendering.open);
    return jsonResponse(200, request.requestId, { json }, headers);
  }
  const value = unsuccessfulBody(job, request.requestId, rendering.raw);
  return jsonResponse(
    value.status_code,
    request.requestId,
    { value },
    {
      ...headers,
      ...(isOpen(job) ? jobHeaders(job, request.origin) : {}),
      ...(mayRetry(job, rendering.replayed) ? {} : { [headerNames.shouldRetry]: 'false' }),
    },
  );
}

/** Why there is no result: the job's own failure, or that it is still under way. */
export function unsuccessfulBody(
  job: Exclude<Job, { readonly status: 'completed' }>,
  requestId: string,
  raw: RawView,
): ErrorBody {
  if (!isOpen(job)) return failureView(job, raw);
  return errorBody({
    code: 'deadline_exceeded',
    message: `The images were not ready within the time limit of the synchronous route, and the job continues. ${howToGetResult(job)}`,
    eventId: requestId,
    byGateway: true,
    details: {
      job_id: job.id,
      model_requested: job.modelRequested,
      request_type: requestTypes[job.operation],
    },
  });
}

/**
 * Whether a client that tries again by itself might gain something, and pays for nothing twice: the failure is fresh,
 * its job is over, no provider has charged, or may have charged, for any of its requests, and none has refused the client's
 * own key, which it would send again.
 */
const mayRetry = (job: Exclude<Job, { readonly status: 'completed' }>, replayed: boolean): boolean =>
  !replayed && !isOpen(job) && job.attempts.every(({ billed }) => billed === 'no') && !isOwnKeyRefused(job);

const isOwnKeyRefused = ({ credential, failure }: UnsuccessfulJob): boolean =>
  credential === 'caller' && failure.code === 'provider_auth';
