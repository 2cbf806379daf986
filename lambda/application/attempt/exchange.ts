import type { GatewayFailure, ProviderFailure } from '../../domain/failure.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { Job, OpenJob } from '../../domain/jobs/job.ts';
import type { Finished, Waiting } from '../../domain/provider.ts';
import type { RunningCall } from './provider-call.ts';

/** One exchange with a provider under way: for which entry of which job, and by which call. */
export interface Exchange {
  readonly job: OpenJob;
  readonly attempt: Attempt;
  readonly call: RunningCall;
}

/** What a provider answered; a request that failed, for whatever reason, is an answer, too. */
export type Answer =
  | Finished
  | Waiting
  | { readonly status: 'failed'; readonly failure: ProviderFailure | GatewayFailure };

/**
 * How a job stands after an attempt: ended, to be resumed at a time (epoch milliseconds), or open with its ledger written.
 * `heldByStore`: the provider has made images that could not be stored.
 */
export type AttemptEnd =
  | { readonly next: 'ended'; readonly job: Job }
  | { readonly next: 'wait'; readonly job: OpenJob; readonly until: number; readonly heldByStore?: true }
  | { readonly next: 'go_on'; readonly job: OpenJob };
