import type { Micros } from '../money/micros.ts';
import type { Spend } from '../usage/model-sums.ts';
import type { Attempt, Ledger } from './attempt.ts';
import type { Job } from './job.ts';

/** What an entry counts as against budgets: where cost or outcome are unknown, the most that it may have cost. */
export function spentBy({ billed, cost, quote }: Attempt): Micros {
  if (billed === 'no') return 0;
  return cost?.micros ?? quote?.worst ?? 0;
}

/** The sum over a ledger. */
export const spentIn = (ledger: Ledger): Micros => ledger.reduce((sum, attempt) => sum + spentBy(attempt), 0);

/** The same by model, for the owner's usage; requests with a caller's own key cost the stage nothing. */
export function spendsOf({ attempts, credential }: Pick<Job, 'attempts' | 'credential'>): readonly Spend[] {
  if (credential === 'caller') return [];
  const byModel = new Map<string, Micros>();
  for (const attempt of attempts) {
    const name = `${attempt.provider}/${attempt.model}`;
    byModel.set(name, (byModel.get(name) ?? 0) + spentBy(attempt));
  }
  return [...byModel].flatMap(([model, micros]) => (micros === 0 ? [] : [{ model, micros }]));
}

/** What an entry has cost, where that is known: undefined otherwise, and never 0 for it. */
export const knownCost = ({ billed, cost }: Attempt): Micros | undefined => (billed === 'no' ? 0 : cost?.micros);

/** What a whole ledger has cost; undefined if that of any entry is unknown. */
export const knownCostIn = (ledger: Ledger): Micros | undefined =>
  ledger.reduce<Micros | undefined>((sum, attempt) => {
    const cost = knownCost(attempt);
    return sum === undefined || cost === undefined ? undefined : sum + cost;
  }, 0);
