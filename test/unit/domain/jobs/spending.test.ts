import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../../lambda/domain/jobs/attempt.ts';
import { knownCost, knownCostIn, spendsOf, spentBy, spentIn } from '../../../../lambda/domain/jobs/spending.ts';
import { sampleAttempt, sampleJob } from '../../../support/sample-job.ts';

const quote = { worst: 90_000, likely: 40_000 };
const paid = sampleAttempt({ outcome: 'succeeded', billed: 'yes', quote, cost: { micros: 41_000, from: 'provider' } });
const lost = sampleAttempt({ outcome: 'abandoned', billed: 'unknown', quote });
const free = sampleAttempt({ outcome: 'overloaded', billed: 'no', quote });
const unpriced = sampleAttempt({ outcome: 'succeeded', billed: 'yes' });

describe('what an entry of the ledger counts as against budgets', () => {
  it.each<[string, Attempt, number]>([
    ['what it has cost', paid, 41_000],
    ['the most that it may have cost, where its outcome is unknown', lost, 90_000],
    ['likewise while its request is open', sampleAttempt({ quote }), 90_000],
    ['likewise where it was billed and the cost is unknown', { ...unpriced, quote }, 90_000],
    ['nothing, where it was not billed', free, 0],
    ['nothing, where no price is known', unpriced, 0],
  ])('is %s', (_, attempt, micros) => {
    expect(spentBy(attempt)).toBe(micros);
  });

  it('adds up over a ledger', () => {
    expect(spentIn([free, lost, paid])).toBe(131_000);
  });
});

describe('what an entry has cost', () => {
  it.each<[string, Attempt, number | undefined]>([
    ['the provider or the price list says', paid, 41_000],
    ['nothing was billed', free, 0],
    ['the outcome is unknown', lost, undefined],
    ['no price is known', unpriced, undefined],
  ])('is known or not, if %s', (_, attempt, micros) => {
    expect(knownCost(attempt)).toBe(micros);
  });

  it('is unknown of a whole ledger if that of one entry is, never a sum without it', () => {
    expect(knownCostIn([free, paid, paid])).toBe(82_000);
    expect(knownCostIn([free, paid, unpriced])).toBeUndefined();
    expect(knownCostIn([])).toBe(0);
  });
});

describe('what a job has spent by model', () => {
  const fallback = { ...paid, provider: 'bfl', model: 'flux-2-pro' };

  it('is one sum for each model that cost something', () => {
    expect(spendsOf(sampleJob({ attempts: [free, lost, paid, fallback] }))).toEqual([
      { model: 'openai/gpt-image-2', micros: 131_000 },
      { model: 'bfl/flux-2-pro', micros: 41_000 },
    ]);
    expect(spendsOf(sampleJob({ attempts: [free] }))).toEqual([]);
  });

  it("is nothing of the stage's where the caller brought the key", () => {
    expect(spendsOf(sampleJob({ attempts: [paid], credential: 'caller' }))).toEqual([]);
  });
});
