import { describe, expect, it } from 'vitest';
import { quoteSchema } from '../../../../lambda/contract/quote.ts';
import type { CandidateQuote, SubmissionQuote } from '../../../../lambda/domain/money/submission-quote.ts';
import { quoteResponse } from '../../../../lambda/http/answer/quote-response.ts';

const candidate = (model: string, price?: CandidateQuote['price']): CandidateQuote => ({
  candidate: { provider: 'openai', model },
  imagesPerRequest: 1,
  requests: 2,
  ...(price ? { price } : {}),
});

const told = (candidates: SubmissionQuote['candidates']) => {
  const { status, headers, body } = quoteResponse('r-1', { candidates, warnings: [] });
  expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  return quoteSchema.parse(JSON.parse(String(body)));
};

describe('quoteResponse', () => {
  it('tells the likely price of the first candidate, and the worst of all', () => {
    const first = { likely: 40_000, worst: 50_000, readOn: '2026-11-28' };
    const second = { likely: 10_000, worst: 123_456, readOn: '2026-11-01' };
    expect(told([candidate('a', first), candidate('b', second)])).toEqual({
      object: 'quote',
      model: 'openai/a',
      currency: 'USD',
      likely_usd: 0.04,
      worst_usd: 0.123456,
      as_of: '2026-11-28',
      candidates: [
        {
          ...{ model: 'openai/a', likely_usd: 0.04, worst_usd: 0.05 },
          ...{ images_per_request: 1, requests: 2, as_of: '2026-11-28' },
        },
        {
          ...{ model: 'openai/b', likely_usd: 0.01, worst_usd: 0.123456 },
          ...{ images_per_request: 1, requests: 2, as_of: '2026-11-01' },
        },
      ],
      warnings: [],
    });
  });

  it('has null, and never 0, where a price is unknown', () => {
    const known = { likely: 40_000, worst: 50_000, readOn: '2026-11-28' };
    expect(told([candidate('a')])).toMatchObject({ likely_usd: null, worst_usd: null, as_of: null });
    expect(told([candidate('a', known), candidate('b')])).toMatchObject({ likely_usd: 0.04, worst_usd: null });
  });
});
