import { type Attempt, nextAttemptNumber } from '../domain/attempt.ts';
import { imagesDelivered } from '../domain/deliveries.ts';
import { ProviderFailure } from '../domain/failure.ts';
import type { Submission, Warning } from '../domain/generation.ts';
import { isOpen, type OpenJob } from '../domain/job.ts';
import type {
  Catalog,
  ConvertImages,
  FetchImage,
  ImageStore,
  PlanRequest,
  ProviderKeys,
  ProviderNamed,
} from '../domain/ports.ts';
import { startAttempt } from '../domain/transitions.ts';
import type { LedgerDependencies } from './close-attempt.ts';
import { conclude } from './conclude-attempt.ts';
import { failedAttempt } from './failed-attempt.ts';
import { JobLost } from './heartbeat.ts';
import { type PreparedRequest, prepareRequest } from './prepare-request.ts';
import { openCall } from './provider-call.ts';

export interface AttemptDependencies extends LedgerDependencies {
  readonly images: ImageStore;
  readonly catalog: Catalog;
  readonly plan: PlanRequest;
  readonly convert: ConvertImages;
  readonly provider: ProviderNamed;
  readonly fetchImage: FetchImage;
  readonly keys: ProviderKeys;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
}

/** How the job stands after an attempt: ended, to be looked at again at a time, or open with its ledger written. */
export type AttemptEnd =
  | { readonly next: 'ended' }
  | { readonly next: 'wait'; readonly job: OpenJob; readonly until: number }
  | { readonly next: 'go_on'; readonly job: OpenJob };

/**
 * Makes one provider request for a job.
 * 1. Fit the submission to the candidate, get its key, and redraw the inputs where the model wants them otherwise.
 * 2. Write the ledger entry: only what is recorded may cost money.
 * 3. Ask the provider, its images streaming into the bucket; fetch at once those that it only names.
 * 4. Finish the job, or keep the ticket, or record the failure.
 * `hasTime` tells whether the function has time for the whole request: waiting for one's turn to redraw may have used it up.
 */
export async function runAttempt(
  dependencies: AttemptDependencies,
  job: OpenJob,
  candidate: number,
  lost: AbortSignal,
  hasTime: () => boolean,
): Promise<AttemptEnd> {
  const { jobs, catalog, plan, provider, clock, telemetry } = dependencies;
  const named = job.candidates[candidate];
  if (!named) throw new Error(`The job has no candidate ${candidate}.`);
  const attempt: Attempt = {
    number: nextAttemptNumber(job.attempts),
    candidate,
    ...named,
    startedAt: clock.now(),
    outcome: 'started',
    billed: 'unknown',
    imagesAsked: 0,
  };
  let prepared: PreparedRequest & { readonly warnings: readonly Warning[] };
  let apiKey: string;
  try {
    const planned = plan(named, missingOf(job, await submissionOf(dependencies.images, job)), job.images, job.mask);
    apiKey = await dependencies.keys.keyFor(named.provider);
    prepared = { ...(await prepareRequest(dependencies, planned, lost)), warnings: planned.warnings };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { next: 'go_on', job: await begin(jobs, job, await failedAttempt(dependencies, job, attempt, error, '')) };
  }
  if (!hasTime()) return { next: 'wait', job, until: clock.now() };
  const asking: Attempt = { ...attempt, startedAt: clock.now(), imagesAsked: prepared.request.n };
  const started = await begin(jobs, job, asking);
  telemetry.record('attempt_started', { jobId: job.id, attempt: attempt.number, ...named });
  const { request, redrawn } = prepared;
  const { timeoutSeconds } = catalog.timing(named);
  const call = openCall({ ...dependencies, redrawn }, started, asking, apiKey, lost, timeoutSeconds);
  return conclude(dependencies, { job: started, attempt: asking, call, warnings: prepared.warnings }, () =>
    provider(named.provider).start(request, call),
  );
}

/** What is still to be asked for: the images that no earlier request has delivered, with seeds of their own. */
function missingOf(job: OpenJob, submission: Submission): Submission {
  const made = imagesDelivered(job.attempts);
  const { seed } = submission.parameters;
  const parameters = seed === undefined ? submission.parameters : { ...submission.parameters, seed: seed + made };
  return { ...submission, n: job.imagesWanted - made, parameters };
}

async function begin(jobs: AttemptDependencies['jobs'], job: OpenJob, attempt: Attempt): Promise<OpenJob> {
  const written = await jobs.apply(job.id, startAttempt(job, attempt));
  if (!written.applied || !isOpen(written.job)) throw new JobLost('The job has ended or is worked on by another.');
  return written.job;
}

/** The submission, wherever it stands. Throws where the bucket has lost it. */
export async function submissionOf(images: ImageStore, job: OpenJob): Promise<Submission> {
  if (job.submission.in === 'item') return job.submission.submission;
  const kept = await images.findJson(job.submission.key);
  if (kept === undefined) throw new Error(`The submission of job ${job.id} is missing from the bucket.`);
  return kept as unknown as Submission;
}
