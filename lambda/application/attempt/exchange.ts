// The types of a provider request in flight, its answer, and the state it leaves the job in.

import type { GatewayFailure, ProviderFailure } from '../../domain/failure.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { Job, JobFailure, OpenJob } from '../../domain/jobs/job.ts';
import type { Cost } from '../../domain/money/quote.ts';
import type { Finished, Waiting } from '../../domain/provider.ts';
import type { RunningCall } from './provider-call.ts';

/** A provider request in flight: the job, its ledger entry, and the call. */
export interface Exchange {
  readonly job: OpenJob;
  readonly attempt: Attempt;
  readonly call: RunningCall;
}

/** A provider's answer; includes failed requests, whatever the reason. */
export type ProviderAnswer = Finished | Waiting | FailedAnswer;

export interface FailedAnswer {
  readonly status: 'failed';
  readonly failure: ProviderFailure | GatewayFailure;
  /**
   * What the provider charges for what it delivered, although nothing of it could be used.
   * @default - unknown, if anything
   */
  readonly cost?: Cost;
}

/**
 * A job after an attempt: ended, to be resumed at a time (epoch milliseconds), open with its ledger written, or to be ended
 * with a failure that no entry of the ledger has.
 * `heldByStore`: the provider has made images that could not be stored.
 */
export type AttemptEnd =
  | { readonly next: 'ended'; readonly job: Job }
  | { readonly next: 'wait'; readonly job: OpenJob; readonly until: number; readonly heldByStore?: true }
  | { readonly next: 'fail'; readonly job: OpenJob; readonly failure: JobFailure }
  | { readonly next: 'go_on'; readonly job: OpenJob };
