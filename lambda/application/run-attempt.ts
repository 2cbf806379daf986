import { type Attempt, nextAttemptNumber } from '../domain/attempt.ts';
import { type FailureKind, ProviderFailure } from '../domain/failure.ts';
import type { ImageRequest, Submission, Warning } from '../domain/generation.ts';
import { isOpen, type OpenJob } from '../domain/job.ts';
import { backoffSeconds } from '../domain/next-step.ts';
import type { Catalog, FetchImage, ImageStore, PlanRequest, ProviderKeys, ProviderNamed } from '../domain/ports.ts';
import type { Finished, Waiting } from '../domain/provider.ts';
import { startAttempt } from '../domain/transitions.ts';
import { type LedgerDependencies, writeAttempt } from './close-attempt.ts';
import { finishJob, type Manifest, writeManifest } from './finish-job.ts';
import { JobLost } from './heartbeat.ts';
import { openCall, type RunningCall } from './provider-call.ts';

export interface AttemptDependencies extends LedgerDependencies {
  readonly images: ImageStore;
  readonly catalog: Catalog;
  readonly plan: PlanRequest;
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
 * 1. Fit the submission to the candidate, and get its key.
 * 2. Write the ledger entry: only what is recorded may cost money.
 * 3. Ask the provider, its images streaming into the bucket; fetch at once those that it only names.
 * 4. Finish the job, or keep the ticket, or record the failure.
 */
export async function runAttempt(
  dependencies: AttemptDependencies,
  job: OpenJob,
  candidate: number,
  lost: AbortSignal,
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
  };
  let planned: { request: ImageRequest; warnings: readonly Warning[] };
  let apiKey: string;
  try {
    planned = plan(named, await submissionOf(dependencies.images, job), job.images, job.mask);
    apiKey = await dependencies.keys.keyFor(named.provider);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { next: 'go_on', job: await begin(jobs, job, await failedAttempt(dependencies, job, attempt, error, '')) };
  }
  const started = await begin(jobs, job, attempt);
  telemetry.record('attempt_started', { jobId: job.id, attempt: attempt.number, ...named });
  const call = openCall(dependencies, started, attempt, apiKey, lost, catalog.timing(named).timeoutSeconds);
  return conclude(dependencies, started, attempt, call, planned.warnings, () =>
    provider(named.provider).start(planned.request, call),
  );
}

/** Asks after work that a provider has in hand. */
export async function resumeAttempt(
  dependencies: AttemptDependencies,
  job: OpenJob,
  attempt: Attempt,
  lost: AbortSignal,
): Promise<AttemptEnd> {
  const { catalog, plan, provider, keys } = dependencies;
  const { ticket } = attempt;
  const resume = provider(attempt.provider).resume?.bind(provider(attempt.provider));
  if (!ticket || !resume) throw new Error(`The provider ${attempt.provider} can't resume work.`);
  const { warnings } = plan(attempt, await submissionOf(dependencies.images, job), job.images, job.mask);
  const apiKey = await keys.keyFor(attempt.provider);
  const call = openCall(dependencies, job, attempt, apiKey, lost, catalog.timing(attempt).timeoutSeconds);
  return conclude(dependencies, job, attempt, call, warnings, () => resume(ticket, call));
}

async function begin(jobs: AttemptDependencies['jobs'], job: OpenJob, attempt: Attempt): Promise<OpenJob> {
  const written = await jobs.apply(job.id, startAttempt(job, attempt));
  if (!written.applied || !isOpen(written.job)) throw new JobLost('The job has ended or is worked on by another.');
  return written.job;
}

async function submissionOf(images: ImageStore, job: OpenJob): Promise<Submission> {
  if (job.submission.in === 'item') return job.submission.submission;
  const kept = await images.findJson(job.submission.key);
  if (kept === undefined) throw new Error(`The submission of job ${job.id} is missing from the bucket.`);
  return kept as unknown as Submission;
}

async function conclude(
  dependencies: AttemptDependencies,
  job: OpenJob,
  attempt: Attempt,
  call: RunningCall,
  warnings: readonly Warning[],
  request: () => Promise<Finished | Waiting>,
): Promise<AttemptEnd> {
  const { clock, telemetry } = dependencies;
  let answer: Finished | Waiting;
  let manifest: Manifest | undefined;
  try {
    answer = await request();
    if (answer.status === 'finished') {
      manifest = await call.manifestOf(answer, warnings);
      await writeManifest(dependencies.images, job, attempt, manifest);
    }
  } catch (error) {
    const closed = await failedAttempt(dependencies, job, attempt, call.failureFrom(error), call.apiKey);
    try {
      return { next: 'go_on', job: await writeAttempt(dependencies, job, closed) };
    } finally {
      await call.discard();
    }
  } finally {
    call.close();
  }
  if (answer.status === 'waiting') {
    const open = await writeAttempt(dependencies, job, { ...attempt, ticket: answer.ticket });
    return { next: 'wait', job: open, until: clock.now() + answer.checkAfterSeconds * 1000 };
  }
  telemetry.record('attempt_succeeded', {
    jobId: job.id,
    attempt: attempt.number,
    provider: attempt.provider,
    model: attempt.model,
  });
  if (manifest) await finishJob(dependencies, job, attempt, manifest);
  return { next: 'ended' };
}

/** Kinds after which the same candidate is asked again, later. */
const repeatable: readonly FailureKind[] = ['rate_limited', 'overloaded'];

async function failedAttempt(
  { clock, random, keys, telemetry }: AttemptDependencies,
  job: OpenJob,
  attempt: Attempt,
  failure: ProviderFailure,
  apiKey: string,
): Promise<Attempt> {
  const endedAt = clock.now();
  const before = job.attempts.filter((each) => each.candidate === attempt.candidate && each.outcome === failure.kind);
  const backoff = backoffSeconds(before.length + 1, random());
  const keyRenewed = failure.kind === 'auth' && apiKey !== '' && (await keys.renewed(attempt.provider, apiKey));
  telemetry.record(
    'attempt_failed',
    {
      jobId: job.id,
      attempt: attempt.number,
      provider: attempt.provider,
      model: attempt.model,
      kind: failure.kind,
      statusCode: failure.statusCode,
      billed: failure.billed,
    },
    failure.cause,
  );
  return {
    ...attempt,
    outcome: failure.kind,
    billed: failure.billed,
    endedAt,
    message: failure.message,
    ...(repeatable.includes(failure.kind)
      ? { retryAt: endedAt + Math.max(failure.retryAfterSeconds ?? 0, backoff) * 1000 }
      : {}),
    ...(failure.statusCode === undefined ? {} : { statusCode: failure.statusCode }),
    ...(failure.param === undefined ? {} : { param: failure.param }),
    ...(keyRenewed ? { keyRenewed } : {}),
  };
}
