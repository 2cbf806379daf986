import { GatewayFailure, ProviderFailure } from '../../domain/failure.ts';
import type { Submission } from '../../domain/generation.ts';
import { type Attempt, nextAttemptNumber } from '../../domain/jobs/attempt.ts';
import { imagesDelivered } from '../../domain/jobs/deliveries.ts';
import { isOpen, type Job, type OpenJob } from '../../domain/jobs/job.ts';
import type { FailureSettings } from '../../domain/jobs/next-step.ts';
import { startAttempt } from '../../domain/jobs/transitions.ts';
import type { Catalog, ConvertImages, FetchImage, ImageStore, PlanRequest, ProviderNamed } from '../../domain/ports.ts';
import { keysLeft, type ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import { prefersFallback, rateLimitedSince } from '../../domain/rate-limiter/rate-limit-patience.ts';
import { passRateLimiter } from '../rate-limiter/pass-gate.ts';
import { reportProbe } from '../rate-limiter/tell-of-probe.ts';
import { JobLost } from '../timing/heartbeat.ts';
import { awaitStore } from './await-store.ts';
import type { LedgerDependencies } from './close-attempt.ts';
import { conclude } from './conclude-attempt.ts';
import { loadSubmission } from './load-submission.ts';
import { type PreparedRequest, prepareRequest } from './prepare-request.ts';
import { openCall } from './provider-call.ts';
import { type RecordFailureDependencies, recordFailure } from './record-failure.ts';
import type { Witness } from './witness.ts';

export interface AttemptDependencies extends LedgerDependencies, RecordFailureDependencies {
  readonly images: ImageStore;
  readonly catalog: Catalog;
  readonly plan: PlanRequest;
  readonly convert: ConvertImages;
  readonly provider: ProviderNamed;
  readonly fetchImage: FetchImage;
  /**
   * Whoever watches this job being worked on.
   * @default - nobody
   */
  readonly witness?: Witness | undefined;
}

/** What a new provider request takes. */
export interface StartDependencies extends AttemptDependencies {
  readonly settings: FailureSettings;
}

/**
 * How the job stands after an attempt: ended, to be looked at again at a time, or open with its ledger written.
 * `heldByStore`: what the provider has made could not be stored.
 */
export type AttemptEnd =
  | { readonly next: 'ended'; readonly job: Job }
  | { readonly next: 'wait'; readonly job: OpenJob; readonly until: number; readonly heldByStore?: true }
  | { readonly next: 'go_on'; readonly job: OpenJob };

/**
 * Makes one provider request for a job.
 * 1. Where our own store failed the request before this one, see that it works again, or come back later.
 * 2. Fit the submission to the candidate, and pass the gate with one of its keys, or come back when it opens.
 * 3. Redraw the inputs where the model wants them otherwise.
 * 4. Write the ledger entry: only what is recorded may cost money.
 * 5. Ask the provider, its images streaming into the bucket; fetch at once those that it only names.
 * 6. Finish the job, or keep the ticket, or record the failure.
 * `hasTime` tells whether the function has time for the whole request: waiting for one's turn to redraw may have used it up.
 */
export async function runAttempt(
  dependencies: StartDependencies,
  job: OpenJob,
  candidate: number,
  lost: AbortSignal,
  hasTime: () => boolean,
): Promise<AttemptEnd> {
  const { jobs, catalog, plan, provider, clock, telemetry } = dependencies;
  const named = job.candidates[candidate];
  if (!named) throw new Error(`The job has no candidate ${candidate}.`);
  const storeCheckAt = await awaitStore(dependencies, job);
  if (storeCheckAt !== undefined) return { next: 'wait', job, until: storeCheckAt };
  const attempt: Attempt = {
    number: nextAttemptNumber(job.attempts),
    candidate,
    ...named,
    startedAt: clock.now(),
    outcome: 'started',
    billed: 'unknown',
    imagesAsked: 0,
  };
  /** A failure of what comes before the request, which has cost nothing. */
  const failed = async (error: unknown): Promise<AttemptEnd> => {
    if (!(error instanceof ProviderFailure || error instanceof GatewayFailure)) throw error;
    return { next: 'go_on', job: await begin(jobs, job, await recordFailure(dependencies, job, attempt, error)) };
  };
  let planned: ReturnType<PlanRequest>;
  let keys: readonly ProviderKey[];
  try {
    planned = plan(named, missingOf(job, await loadSubmission(dependencies.images, job)), job.images, job.mask);
    keys = await dependencies.keys.keysFor(named.provider);
  } catch (error) {
    return failed(error);
  }
  const left = keysLeft(keys, job.attempts, candidate);
  const pass = await passRateLimiter(dependencies, named, left.length > 0 ? left : keys, job.owner);
  if (!pass.granted) return hold(dependencies, job, attempt, pass.until);
  const { key } = pass;
  let prepared: PreparedRequest;
  try {
    prepared = await prepareRequest(dependencies, planned, lost);
  } catch (error) {
    return failed(error);
  }
  if (!hasTime()) return { next: 'wait', job, until: clock.now() };
  const { request, redrawn } = prepared;
  const asking: Attempt = { ...attempt, startedAt: clock.now(), keyDigest: key.digest, imagesAsked: request.n };
  const started = await begin(jobs, job, asking);
  telemetry.record('attempt_started', { jobId: job.id, attempt: attempt.number, ...named, key: key.digest });
  dependencies.witness?.asking();
  const { timeoutSeconds } = catalog.timing(named);
  const call = openCall({ ...dependencies, redrawn }, started, asking, key, lost, timeoutSeconds);
  return conclude(dependencies, { job: started, attempt: asking, call, planned }, async () => {
    const said = await provider(named.provider).start(request, call);
    await reportProbe(dependencies, named, key, pass.probes, asking.startedAt);
    return said;
  });
}

/**
 * What becomes of a job that must wait at the gate: it comes back for its slot, which is no try and leaves no entry. Where
 * the slot is too late for the deadline, or for the patience of a job that has a fallback elsewhere, an entry says why it
 * went on without a request.
 */
async function hold(
  dependencies: StartDependencies,
  job: OpenJob,
  attempt: Attempt,
  until: number,
): Promise<AttemptEnd> {
  const { catalog, clock, jobs, settings, telemetry } = dependencies;
  const { number, candidate, provider, model } = attempt;
  const now = clock.now();
  const isTooLate = until + catalog.timing(attempt).timeoutSeconds * 1000 > job.deadlineAt;
  if (!isTooLate && !prefersFallback(job, candidate, settings.rateLimitPatienceSeconds, until, now)) {
    const seconds = Math.ceil((until - now) / 1000);
    telemetry.record('attempt_held', { jobId: job.id, attempt: number, provider, model, seconds });
    return { next: 'wait', job: { ...job, heldSince: rateLimitedSince(job) ?? now }, until };
  }
  const failure = new ProviderFailure('rate_limited', takesNoMore, { retryAfterSeconds: (until - now) / 1000 });
  return { next: 'go_on', job: await begin(jobs, job, await recordFailure(dependencies, job, attempt, failure)) };
}

const takesNoMore = 'The provider takes no more requests for now; this job was not offered to it.';

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
