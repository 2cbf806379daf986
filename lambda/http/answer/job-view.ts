import type { ErrorBody } from '../../contract/errors.ts';
import { type ImageResult, requestTypes } from '../../contract/image-result.ts';
import type { ImageJob } from '../../contract/job.ts';
import type { JsonValue, Warning } from '../../domain/generation.ts';
import { type ImageFacts, shownSize } from '../../domain/images/image.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import { type CompletedJob, firstCandidate, isOpen, type Job, type UnsuccessfulJob } from '../../domain/jobs/job.ts';
import type { ResultImage } from '../../domain/jobs/job-result.ts';
import { attemptCostView, jobCostView } from './cost-view.ts';
import { errorBody } from './error-body.ts';
import type { LinkTo } from './image-links.ts';
import { instant, jobHead } from './job-head.ts';

/** What a job's view needs besides the job. */
export interface Presentation {
  readonly linkTo: LinkTo;
  /** The raw provider request, and below the raw answer, where the caller requested it and it has been read. */
  readonly rawRequest?: JsonValue;
  readonly rawResponse?: JsonValue;
  /** Warnings about either. */
  readonly rawWarnings?: readonly Warning[];
}

/** What an answer shows of the provider's wire. */
export type RawView = Omit<Presentation, 'linkTo'>;

/** A job as the contract shows it, its images as links. What has no value yet is absent, never null. */
export function jobView(job: Job, presentation: Presentation): ImageJob {
  const head = jobHead(job);
  if (isOpen(job)) return head;
  if (job.status === 'completed') return { ...head, status_code: 200, result: resultView(job, presentation) };
  const error = failureView(job, presentation);
  return { ...head, status_code: error.status_code, error };
}

/** The result of a completed job: also the body of a synchronous answer. */
export function resultView(job: CompletedJob, presentation: Presentation): ImageResult {
  const { result } = job;
  return {
    id: job.id,
    created: Math.floor(job.completedAt / 1000),
    model: `${result.provider}/${result.model}`,
    data: result.images.map((image, index) => ({
      url: presentation.linkTo(index),
      ...present('revised_prompt', image.revisedPrompt),
      content_credentials: image.hasContentCredentials === true,
      index,
    })),
    background: result.background ?? 'auto',
    quality: result.quality ?? 'auto',
    ...factsView(firstImage(job)),
    ...present('usage', result.usage),
    extra_fields: {
      request_type: requestTypes[job.operation],
      provider: result.provider,
      model_requested: job.modelRequested,
      model_deployment: result.deployment ?? result.model,
      latency: result.latency,
      chunk_index: 0,
      ...rawView(presentation),
      ...cacheView(job),
      ...warningsView([...job.warnings, ...result.warnings, ...(presentation.rawWarnings ?? [])]),
      ...jobCostView(job.attempts),
      attempts: job.attempts.map(attemptView),
    },
  };
}

/** A job without a cache key has none. */
function cacheView(job: CompletedJob): Pick<ImageResult['extra_fields'], 'cache_debug'> {
  const { cache, result, modelRequested } = job;
  if (cache === undefined) return {};
  const isHit = result.cached === true;
  const slash = modelRequested.indexOf('/');
  return {
    cache_debug: {
      cache_hit: isHit,
      cache_id: cache.id,
      ...(isHit ? { hit_type: 'direct' } : {}),
      requested_provider: slash < 0 ? firstCandidate(job).provider : modelRequested.slice(0, slash),
      requested_model: modelRequested.slice(slash + 1),
      provider_used: result.provider,
      model_used: result.model,
    },
  };
}

/** Type and size of an image, as its bytes say. */
export function factsView(image: ImageFacts): Pick<ImageResult, 'output_format' | 'size'> {
  const { width, height } = shownSize(image);
  return { output_format: image.type, size: `${width}x${height}` };
}

/** Throws for a completed job without an image, which no worker makes. */
function firstImage({ id, result: { images } }: CompletedJob): ResultImage {
  const [first] = images;
  if (!first) throw new Error(`The completed job ${id} has no image.`);
  return first;
}

/** Why a job has no result: also the body of a synchronous answer. */
export function failureView(job: UnsuccessfulJob, raw: RawView): ErrorBody {
  const { failure } = job;
  return errorBody({
    code: failure.code,
    message: failure.message,
    param: failure.param,
    eventId: job.requestId,
    byGateway: failure.provider === undefined,
    details: {
      ...present('provider', failure.provider),
      model_requested: job.modelRequested,
      request_type: requestTypes[job.operation],
      ...rawView(raw),
      ...jobCostView(job.attempts),
      attempts: job.attempts.map(attemptView),
      ...warningsView([...job.warnings, ...failure.warnings, ...(raw.rawWarnings ?? [])]),
    },
  });
}

const rawView = ({ rawRequest, rawResponse }: RawView) => ({
  ...present('raw_request', rawRequest),
  ...present('raw_response', rawResponse),
});

const attemptView = (attempt: Attempt): ImageResult['extra_fields']['attempts'][number] => ({
  provider: attempt.provider,
  model: attempt.model,
  started_at: instant(attempt.startedAt),
  ...present('count', attempt.count),
  ...present('first_started_at', attempt.firstStartedAt === undefined ? undefined : instant(attempt.firstStartedAt)),
  ...present('latency', latencyOf(attempt)),
  outcome: attempt.outcome,
  ...present('status_code', attempt.statusCode),
  billed: attempt.billed,
  ...attemptCostView(attempt),
});

/** Milliseconds; of an attempt whose worker was lost, only the time of the finding is known. */
const latencyOf = (attempt: Attempt): number | undefined =>
  attempt.endedAt === undefined || attempt.outcome === 'abandoned'
    ? undefined
    : Math.max(0, attempt.endedAt - attempt.startedAt);

function warningsView(warnings: readonly Warning[]): Pick<ImageResult['extra_fields'], 'warnings'> {
  return warnings.length === 0 ? {} : { warnings: warnings.map((warning) => ({ ...warning })) };
}

/** The member, or nothing where it has no value. */
function present<N extends string, V>(name: N, value: V | undefined): { readonly [name in N]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [name in N]?: V };
}
