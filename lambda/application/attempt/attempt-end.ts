import type { Job, OpenJob } from '../../domain/jobs/job.ts';

/**
 * How a job stands after an attempt: ended, to be resumed at a time (epoch milliseconds), or open with its ledger written.
 * `heldByStore`: the provider has made images that could not be stored.
 */
export type AttemptEnd =
  | { readonly next: 'ended'; readonly job: Job }
  | { readonly next: 'wait'; readonly job: OpenJob; readonly until: number; readonly heldByStore?: true }
  | { readonly next: 'go_on'; readonly job: OpenJob };
