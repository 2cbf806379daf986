import { type FailureKind, type FailurePolicy, failurePolicies, type GatewayFailureKind } from '../failure.ts';
import { callerKeyDigest } from '../rate-limiter/provider-key.ts';
import { prefersFallback } from '../rate-limiter/rate-limit-patience.ts';
import {
  type Attempt,
  countOf,
  isDecidedByGateway,
  isKeyRefused,
  isSpent,
  type Ledger,
  openAttempt,
} from './attempt.ts';
import type { JobFailure, OpenJob } from './job.ts';
import { isFull } from './ledger.ts';
import { isToBeGivenUp, type RequestTiming } from './slow-ticket.ts';

/** What a stage decides about failures. */
export interface FailureSettings {
  /** After a request with an indeterminate outcome: one more request in all, or none. */
  readonly onUnknownOutcome: 'retry' | 'fail';
  /** Whether a fallback is tried after a provider's moderation refused. */
  readonly fallBackOnRefusal: boolean;
  /**
   * How many seconds in all, from its first refusal for rate, a job waits for providers that take no more requests, before
   * it asks its fallback at another provider; 0 asks at once. A job without one waits while its deadline holds.
   */
  readonly rateLimitPatienceSeconds: number;
  /** Where work behind a ticket is long past its model's time: wait for it, or call it off and ask the fallback, if there is one. */
  readonly onSlowTicket: 'wait' | 'fall_back';
}

export type NextStep =
  | { readonly do: 'resume' | 'give_up' | 'recover'; readonly attempt: Attempt }
  | { readonly do: 'start'; readonly candidate: number }
  | { readonly do: 'wait'; readonly until: number; readonly candidate: number }
  | { readonly do: 'fail' };

/** Requests to one candidate whose provider was overloaded or unreachable, before the next is tried. */
const maxTries = 3;

/**
 * Requests of one job that the store may keep from being sent. Between two of them it was seen to give the inputs, so that
 * a store that is down for long makes one entry, and waits for no more than the deadline.
 */
const maxUnsent = 5;

/** Requests to one candidate that get a 429, before the next is tried: such a provider has no capacity for the job. */
const maxRateRefusals = 40;

/** Maximum number of keys tried with one candidate, if each is refused. */
const maxKeyTries = 5;

/**
 * What a worker does next with a job: read off the ledger alone, so that any worker, after any crash, decides the same.
 * `timingOf` tells how long a request to a candidate takes: nothing is started that the deadline would cut off.
 */
export function nextStep(
  job: OpenJob,
  settings: FailureSettings,
  timingOf: (candidate: number) => RequestTiming,
  now: number,
): NextStep {
  const open = openAttempt(job.attempts);
  if (open?.ticket) {
    const { onSlowTicket, onUnknownOutcome } = settings;
    const mayGiveUp = onSlowTicket === 'fall_back' && onUnknownOutcome === 'retry' && !isFull(job.attempts);
    return { do: mayGiveUp && isToBeGivenUp(job, open, timingOf, now) ? 'give_up' : 'resume', attempt: open };
  }
  if (open) return { do: 'recover', attempt: open };
  const wish = wishedCandidate(job, settings, now);
  if (!wish) return { do: 'fail' };
  for (let candidate = wish.candidate; candidate < job.candidates.length; candidate += 1) {
    const startAt = candidate === wish.candidate ? Math.max(wish.at, now) : now;
    if (startAt + timingOf(candidate).timeoutSeconds * 1000 > job.deadlineAt) {
      if (wish.only) break;
      continue;
    }
    if (startAt > now) return { do: 'wait', until: startAt, candidate };
    return isFull(job.attempts) ? { do: 'fail' } : { do: 'start', candidate };
  }
  return { do: 'fail' };
}

/** `only`: no other candidate may take its place if the deadline is too near. */
interface Wish {
  readonly candidate: number;
  readonly at: number;
  readonly only?: boolean;
}

function wishedCandidate(job: OpenJob, settings: FailureSettings, now: number): Wish | undefined {
  const last = job.attempts.at(-1);
  if (!last) return { candidate: 0, at: 0 };
  const spentAt = job.attempts.findIndex((attempt) => isSpent(attempt.outcome));
  const spent = job.attempts[spentAt];
  if (spent) return furtherWish(job, spent, job.attempts.slice(spentAt + 1), settings);
  // What it delivered was not all; the same model makes the rest.
  if (last.outcome === 'succeeded') return { candidate: last.candidate, at: 0 };
  const policy: FailurePolicy = failurePolicies[last.outcome as keyof typeof failurePolicies];
  const retryAt = last.outcome === 'rate_limited' ? (last.retryAt ?? 0) : 0;
  if (prefersFallback(job, last.candidate, settings.rateLimitPatienceSeconds, retryAt, now)) {
    return { candidate: last.candidate + 1, at: 0 };
  }
  if (mayRepeat(policy, job, last)) return { candidate: last.candidate, at: last.retryAt ?? 0, only: false };
  const mayFallBack =
    policy.nextCandidate === 'yes' || (policy.nextCandidate === 'if_stage_allows' && settings.fallBackOnRefusal);
  const next = last.candidate + 1;
  return mayFallBack && next < job.candidates.length ? { candidate: next, at: 0 } : undefined;
}

/**
 * The one further request after an entry that may have cost money for nothing. One that the store kept from being sent was
 * none. If the store failed, the provider did its part, and gets another request.
 */
function furtherWish(job: OpenJob, spent: Attempt, later: readonly Attempt[], settings: FailureSettings) {
  const unsent = later.filter(({ outcome }) => outcome === 'not_sent');
  if (later.length > unsent.length || settings.onUnknownOutcome === 'fail') return undefined;
  const last = unsent.at(-1);
  if (last && unsent.length >= maxUnsent) return undefined;
  const following = spent.outcome === 'not_stored' ? spent.candidate : spent.candidate + 1;
  const candidate = last?.candidate ?? Math.min(following, job.candidates.length - 1);
  return { candidate, at: (last ?? spent).retryAt ?? 0 };
}

function mayRepeat(policy: FailurePolicy, job: OpenJob, last: Attempt): boolean {
  const sameCandidate = job.attempts.filter((attempt) => attempt.candidate === last.candidate);
  switch (policy.sameCandidate) {
    case 'after_hint':
      return rateRefusals(sameCandidate) < maxRateRefusals;
    case 'up_to_tries':
      return sameCandidate.filter((attempt) => attempt.outcome === 'overloaded').length < maxTries;
    case 'with_next_key':
      return last.keyLeft === true && sameCandidate.filter(({ outcome }) => isKeyRefused(outcome)).length < maxKeyTries;
    case 'when_store_works':
      return job.attempts.filter(({ outcome }) => outcome === 'not_sent').length < maxUnsent;
    default:
      return false;
  }
}

const rateRefusals = (attempts: readonly Attempt[]): number =>
  attempts.reduce((sum, each) => sum + (each.outcome === 'rate_limited' ? countOf(each) : 0), 0);

/** Exponential backoff with jitter: seconds before a retry with the same candidate, doubling up to a maximum. `random` is 0 to 1. */
export function backoffSeconds(failures: number, random: number, maxSeconds = 60): number {
  const ceiling = Math.min(maxSeconds, 2 ** failures);
  return ceiling / 2 + (ceiling / 2) * random;
}

/**
 * Seconds until a store that has failed for `failingSeconds` is probed again: about as long as it has failed, so that
 * the pauses double; from 2 to 60, with jitter from `random` (0 to 1).
 */
export function checkBackoffSeconds(failingSeconds: number, random: number): number {
  const ceiling = Math.min(60, Math.max(2, failingSeconds));
  return ceiling / 2 + (ceiling / 2) * random;
}

const tooLate: JobFailure = {
  code: 'deadline_exceeded',
  message: 'No time was left for a provider request before the deadline of the job.',
  warnings: [],
};

/** The request whose failure a job without a result tells: the first candidate's last, for that is what the caller asked for. */
export function reportedAttempt(ledger: Ledger): Attempt | undefined {
  const failed = ledger.filter((each) => each.outcome !== 'succeeded');
  return failed.findLast((each) => each.candidate === 0) ?? failed.at(-1);
}

/** The failure that a job without a result carries. */
export function failureOfLedger(job: OpenJob): JobFailure {
  const attempt = reportedAttempt(job.attempts);
  if (!attempt) return tooLate;
  const said = saidOf(attempt);
  const kind =
    attempt.outcome === 'abandoned' ? 'unknown_outcome' : (attempt.outcome as FailureKind | GatewayFailureKind);
  const { provider, model } = attempt;
  return {
    code: failurePolicies[kind].code,
    message: isFull(job.attempts)
      ? `The job was given up after too many provider requests. The last failure: ${said}`
      : said,
    ...(attempt.param === undefined ? {} : { param: attempt.param }),
    ...(isDecidedByGateway(attempt) ? {} : { provider, model }),
    warnings: [],
  };
}

/** A caller whose own key was refused must not take it for one of the stage's. */
function saidOf({ message = 'The provider did not deliver an image.', outcome, keyDigest }: Attempt): string {
  const isOwnKeyRefused = outcome === 'auth' && keyDigest === callerKeyDigest;
  return isOwnKeyRefused ? `The provider refused the key that the request brought: ${message}` : message;
}
