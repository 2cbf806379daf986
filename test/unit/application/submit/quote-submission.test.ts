import { describe, expect, it } from 'vitest';
import { quoteSubmission } from '../../../../lambda/application/submit/quote-submission.ts';
import type { ModelPrice } from '../../../../lambda/domain/money/model-price.ts';
import type { Quote } from '../../../../lambda/domain/money/quote.ts';
import type { PlanRequest } from '../../../../lambda/domain/ports.ts';
import { createApiFixture, received, sampleCaller } from '../../../support/api-fixture.ts';

const price: ModelPrice = {
  kind: 'image',
  readOn: '2026-11-28',
  source: 'a.example',
  refusal: 'free',
  rates: [{ usd: 0.04 }],
};
const asking = (n: number, fallbacks: readonly string[] = []) =>
  received({
    fallbacks,
    submission: { operation: 'generation', prompt: 'a lighthouse', n, parameters: {}, extra: {} },
  });

/** `good` makes up to two images a request, `better` one; `odd` can't serve. */
function createQuoteFixture(quotes: Readonly<Record<string, (n: number) => Quote | undefined>>) {
  const { submitting } = createApiFixture();
  const plan: PlanRequest = (candidate, submission, images, mask) => {
    const planned = submitting.plan(candidate, submission, images, mask);
    const n = Math.min(submission.n, candidate.model === 'good' ? 2 : 1);
    const quote = quotes[candidate.model]?.(n);
    const warnings = [{ code: 'size_adjusted', message: `of ${candidate.model}` }] as const;
    return { ...planned, request: { ...planned.request, n }, warnings, ...(quote === undefined ? {} : { quote }) };
  };
  const catalog = { ...submitting.catalog, price: () => price };
  return (what = received(), over: Partial<typeof submitting> = {}, caller = sampleCaller()) =>
    quoteSubmission({ ...submitting, plan, catalog, ...over }, caller, what);
}

const flat = (each: number) => (n: number) => ({ worst: n * each, likely: n * each, each });

describe('quoteSubmission', () => {
  it('adds up the requests that the images of a job take, the last for those that are left', async () => {
    const quote = createQuoteFixture({ good: (n) => ({ worst: n * 100 + 7, likely: n * 10 + 1 }) });
    const { candidates } = await quote(asking(5));
    const sums = { likely: 21 + 21 + 11, worst: 207 + 207 + 107, readOn: '2026-11-28' };
    expect(candidates).toEqual([
      { candidate: { provider: 'openai', model: 'good' }, imagesPerRequest: 2, requests: 3, price: sums },
    ]);
  });

  it('has every candidate, and the warnings of the job and of the first one’s request', async () => {
    const quote = createQuoteFixture({ good: flat(40_000), better: flat(90_000) });
    const { candidates, warnings } = await quote(asking(2, ['openai/better', 'openai/odd']));
    expect(candidates.map(({ candidate, requests, price: its }) => [candidate.model, requests, its?.worst])).toEqual([
      ['good', 1, 80_000],
      ['better', 2, 180_000],
    ]);
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      ['fallback_dropped', 'The model odd can not do this.'],
      ['size_adjusted', 'of good'],
    ]);
  });

  it('knows no price where a request has no quote', async () => {
    const quote = createQuoteFixture({ better: flat(1) });
    const { candidates } = await quote(asking(1, ['openai/better']));
    expect(candidates.map((each) => 'price' in each)).toEqual([false, true]);
  });

  it('refuses a model without a price to a caller with a budget, as the submission would, and drops such a fallback', async () => {
    const budgets = [{ micros: 1_000_000, period: '1d' }] as const;
    const thrifty = sampleCaller({ limits: { budgets } });
    const quote = createQuoteFixture({ good: flat(40_000) });
    await expect(quote(received({ model: 'openai/better' }), {}, thrifty)).rejects.toMatchObject({
      code: 'budget_exceeded',
    });
    const { candidates, warnings } = await quote(asking(1, ['openai/better']), {}, thrifty);
    expect([candidates.length, warnings[0]?.code]).toEqual([1, 'fallback_dropped']);
  });

  it('refuses what the submission would be refused for', async () => {
    const quote = createQuoteFixture({});
    const image = { param: 'image', bytes: Buffer.from('no image') };
    await expect(quote(received({ images: [image] }))).rejects.toMatchObject({ code: 'invalid_image', param: 'image' });
    await expect(quote(received({ model: 'openai/none' }))).rejects.toMatchObject({ code: 'invalid_value' });
    await expect(quote(received({ model: 'openai/odd' }))).rejects.toMatchObject({ code: 'unsupported_operation' });
    const blocked = sampleCaller({ providers: { bfl: ['*'] } });
    await expect(quote(received(), {}, blocked)).rejects.toMatchObject({ code: 'provider_blocked' });
  });
});
