// Budgets: a job's further requests must fit into what its owner may still spend.

import type { JobFailure, OpenJob } from '../../../domain/jobs/job.ts';
import { spentIn } from '../../../domain/jobs/spending.ts';
import { isAdminOwner } from '../../../domain/keys/caller.ts';
import type { KeyStore } from '../../../domain/keys/key-store.ts';
import type { Quote } from '../../../domain/money/quote.ts';
import type { Telemetry } from '../../../domain/telemetry.ts';
import type { UsageStore } from '../../../domain/usage/usage-store.ts';

export interface RaiseDependencies {
  readonly usage: Pick<UsageStore, 'raise'>;
  readonly virtualKeys: Pick<KeyStore, 'find'>;
  readonly telemetry: Telemetry;
}

/**
 * Reserves what a job may have spent after its next request, if its reservation doesn't cover that. Returns the failure that
 * ends the job if its owner's budgets have no room for it. Throws what the stores throw: the request is then not made.
 */
export async function raiseReservation(
  { usage, virtualKeys, telemetry }: RaiseDependencies,
  job: OpenJob,
  quote: Quote | undefined,
): Promise<JobFailure | undefined> {
  const micros = spentIn(job.attempts) + (quote?.worst ?? 0);
  const isCovered = quote !== undefined && micros <= (job.reserved ?? 0);
  if (isCovered || isAdminOwner(job.owner) || job.credential === 'caller') return undefined;
  const budgets = (await virtualKeys.find(job.owner))?.limits.budgets ?? [];
  if (budgets.length === 0) return undefined;
  const reservation = { nonce: job.submissionNonce, at: job.createdAt };
  const isRaised = quote !== undefined && (await usage.raise(job.owner, reservation, micros, budgets)).raised;
  if (isRaised) return undefined;
  telemetry.record('request_over_budget', { jobId: job.id, owner: job.owner, attempts: job.attempts.length });
  return { code: 'budget_exceeded', param: 'budgets', message: quote ? noRoom : noPrice, warnings: [] };
}

const noRoom =
  "The budgets of this job's virtual key have no room for the most that a further provider request may cost, so the job was ended. What earlier requests may have cost is in `attempts`. Raise a budget, or submit again once its next window has begun; naming `size` and `quality` lowers what a request may cost.";

const noPrice =
  "The price of a model that this job needs is unknown, and its virtual key has a budget, so the job was ended. Request a model with a price, or have the stage's `unknownPriceUsd` set.";
