import type { ImageResult } from '../../contract/image-result.ts';
import type { Attempt, Ledger } from '../../domain/jobs/attempt.ts';
import { knownCost, knownCostIn } from '../../domain/jobs/spending.ts';
import { type Micros, usdOf } from '../../domain/money/micros.ts';

type Extra = ImageResult['extra_fields'];

/** What a whole job has cost, and by the prices of which day. */
export function jobCostView(ledger: Ledger): Pick<Extra, 'cost_usd' | 'priced_on'> {
  const [pricedOn] = ledger.flatMap(({ cost }) => cost?.asOf ?? []).toSorted();
  return { cost_usd: usdOrNull(knownCostIn(ledger)), ...(pricedOn === undefined ? {} : { priced_on: pricedOn }) };
}

/** What one attempt has cost. */
export function attemptCostView(attempt: Attempt): Pick<Extra['attempts'][number], 'cost_usd' | 'cost_source'> {
  const { cost } = attempt;
  return { cost_usd: usdOrNull(knownCost(attempt)), ...(cost === undefined ? {} : { cost_source: cost.from }) };
}

/** Unknown is null, and never 0. */
const usdOrNull = (micros: Micros | undefined): number | null => (micros === undefined ? null : usdOf(micros));
