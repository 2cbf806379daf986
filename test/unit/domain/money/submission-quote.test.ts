import { describe, expect, it } from 'vitest';
import { type CandidateQuote, worstOf } from '../../../../lambda/domain/money/submission-quote.ts';

const quoted = (worst?: number): CandidateQuote => ({
  candidate: { provider: 'a', model: 'b' },
  imagesPerRequest: 1,
  requests: 1,
  ...(worst === undefined ? {} : { price: { likely: 1, worst, readOn: '2026-11-28' } }),
});

describe('worstOf', () => {
  it('is what the dearest candidate charges, wherever it stands', () => {
    expect(worstOf({ candidates: [quoted(3), quoted(7), quoted(5)] })).toBe(7);
    expect(worstOf({ candidates: [quoted(0)] })).toBe(0);
  });

  it('is unknown where the price of any candidate is', () => {
    expect(worstOf({ candidates: [quoted(3), quoted()] })).toBeUndefined();
    expect(worstOf({ candidates: [quoted(), quoted(3)] })).toBeUndefined();
  });
});
