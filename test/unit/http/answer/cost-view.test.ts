import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../../lambda/domain/jobs/attempt.ts';
import { attemptCostView, jobCostView } from '../../../../lambda/http/answer/cost-view.ts';
import { sampleAttempt } from '../../../support/sample-job.ts';

const paid = (cost: Attempt['cost']): Attempt =>
  sampleAttempt({ outcome: 'succeeded', billed: 'yes', ...(cost && { cost }) });
const listed = paid({ micros: 40_000, from: 'price_list', asOf: '2026-11-28' });
const reported = paid({ micros: 1_234_567, from: 'provider' });
const free = sampleAttempt({ outcome: 'overloaded', billed: 'no' });

describe('the cost of an attempt as shown', () => {
  it.each<[string, Attempt, object]>([
    ['by the price list', listed, { cost_usd: 0.04, cost_source: 'price_list' }],
    ['by the provider', reported, { cost_usd: 1.234567, cost_source: 'provider' }],
    ['0 where it was not billed', free, { cost_usd: 0 }],
    ['null where it is unknown', paid(undefined), { cost_usd: null }],
    ['null while the request is open', sampleAttempt(), { cost_usd: null }],
  ])('is %s', (_, attempt, view) => {
    expect(attemptCostView(attempt)).toStrictEqual(view);
  });
});

describe('the cost of a job as shown', () => {
  it('is that of all its attempts, with the earliest day of the prices', () => {
    const earlier = paid({ micros: 2, from: 'price_list', asOf: '2026-10-01' });
    expect(jobCostView([free, listed, reported, earlier])).toStrictEqual({
      cost_usd: 1.274569,
      priced_on: '2026-10-01',
    });
  });

  it('is null if one is unknown, and 0 for none', () => {
    expect(jobCostView([listed, paid(undefined)])).toStrictEqual({ cost_usd: null, priced_on: '2026-11-28' });
    expect(jobCostView([])).toStrictEqual({ cost_usd: 0 });
  });
});
