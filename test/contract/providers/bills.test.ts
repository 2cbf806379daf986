import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quoteSubmission } from '../../../lambda/application/submit/quote-submission.ts';
import { providerNames } from '../../../lambda/contract/provider-names.ts';
import type { ImageParameters, Submission } from '../../../lambda/domain/generation.ts';
import { usdOf } from '../../../lambda/domain/money/micros.ts';
import { received } from '../../support/api-fixture.ts';
import { type BilledWork, startBilledStage } from './billed-stage.ts';
import { barest, type Work, works } from './every-request.ts';

const stage = startBilledStage();
beforeAll(stage.begin, 60_000);
beforeEach(stage.clear);
afterAll(stage.end);

/** Models that no vendor is known to list a price for. */
const unpriced = ['replicate/google/nano-banana-2', 'replicate/qwen/qwen-image-2512'];
/** A server of one's own has no price but the settings'. */
const ownServer = 'studio';

const nameOf = ({ candidate: { provider, model } }: Work) => `${provider}/${model}`;
const vendorWorks = works.filter(({ candidate }) => candidate.provider !== ownServer);
const priced = vendorWorks.filter((work) => !unpriced.includes(nameOf(work)));

/** Quotes a submission as its route does, carries it out against the vendor, and compares. */
async function compare(work: Work, changes: Partial<Pick<Submission, 'n' | 'parameters'>> = {}): Promise<BilledWork> {
  const submission = { ...barest(work), ...changes };
  const { candidates } = await quoteSubmission(
    stage,
    { owner: 'vk_1', providers: { '*': ['*'] }, limits: {} },
    {
      ...received({ model: nameOf(work), submission }),
      ...stage.inputsOf(work),
    },
  );
  const [{ price, requests }] = candidates;
  if (!price) throw new Error(`${nameOf(work)} has no price.`);
  const done = await stage.carryOut(work, submission);
  expect(done.requests, 'requests').toBe(requests);
  expect(done.cost, 'the cost that is told, and the bill').toBe(done.bill);
  if (price.likely === price.worst) expect(price.likely, 'the quote, and the bill').toBe(done.bill);
  else expect(price.worst, 'the worst price, and the bill').toBeGreaterThanOrEqual(done.bill);
  expect(usdOf(done.cost)).toBeGreaterThan(0);
  return done;
}

describe('what is quoted, told and billed', () => {
  it('is compared for every operation of every model of every vendor', () => {
    expect(new Set(vendorWorks.map(({ candidate }) => candidate.provider))).toEqual(new Set(providerNames));
    expect(priced.length).toBeGreaterThan(130);
  });

  it.each(priced)('agrees: $title', async (work) => void (await compare(work)), 60_000);

  it.each(unpriced)('is unknown for %s, and never 0', async (name) => {
    const work = vendorWorks.find((each) => nameOf(each) === name);
    if (!work) throw new Error(`The catalogue has no ${name}.`);
    const { candidates } = await quoteSubmission(
      stage,
      { owner: 'vk_1', providers: { '*': ['*'] }, limits: {} },
      received({ model: name, submission: barest(work) }),
    );
    expect(candidates[0].price).toBeUndefined();
  });
});

const generationOf = (name: string): Work => {
  const work = priced.find((each) => nameOf(each) === name && each.operation === 'generation');
  if (!work) throw new Error(`The catalogue has no ${name}.`);
  return work;
};

describe('several images', () => {
  const manyRequests = priced.filter(({ operation, candidate }) => {
    const row = stage.catalog.specOf(candidate);
    return operation === 'generation' && row?.imagesPerRequest === 1;
  });

  it.each(manyRequests)(
    'cost what their requests come to, of a model that makes one a request: $title',
    async (work) => {
      const one = await compare(work);
      stage.clear();
      const three = await compare(work, { n: 3 });
      expect([three.requests, three.bill]).toEqual([3, 3 * one.bill]);
    },
  );

  it.each(['openai/gpt-image-2', 'xai/grok-imagine-image-2.0', 'recraft/recraftv3', 'fal/fal-ai/flux/dev'])(
    'are one request to %s',
    async (name) => {
      expect((await compare(generationOf(name), { n: 3 })).requests).toBe(1);
    },
  );
});

describe('a request’s values', () => {
  const cheaper: readonly (readonly [name: string, cheap: ImageParameters, dear: ImageParameters])[] = [
    ['openai/gpt-image-2', { quality: 'low' }, { quality: 'high' }],
    ['openai/gpt-image-2.5-sunburst', { quality: 'medium' }, { quality: 'max' }],
    ['openai/gpt-image-2.6-flare', { quality: 'low' }, { quality: 'xhigh' }],
    ['openai/gpt-image-2', { quality: 'high', size: '1024x1024' }, { quality: 'high', size: '3840x2160' }],
    ['azure/my-gpt-image-1.5', { quality: 'low', size: '1024x1024' }, { quality: 'high', size: '1536x1024' }],
    ['gemini/gemini-nano-banana-2.1', { resolution: '1K' }, { resolution: '4K' }],
    ['vertex/gemini-3-pro-image', { resolution: '2K' }, { resolution: '4K' }],
    ['xai/grok-imagine-image-2.0', { quality: 'low' }, { quality: 'high' }],
    ['xai/grok-imagine-image-2.0', { quality: 'low', resolution: '1k' }, { quality: 'low', resolution: '2k' }],
    ['bfl/flux-2-pro', { size: '1024x1024' }, { size: '2048x2048' }],
    ['bfl/flux-2-klein-4b', { size: '1024x1024' }, { size: '1536x1024' }],
    ['bfl/flux-3-image', { resolution: '768sq' }, { resolution: '4k' }],
    ['fal/fal-ai/flux/dev', { size: '1024x1024' }, { size: '1536x1024' }],
    ['fal/fal-ai/flux-2-pro', { size: '1024x1024' }, { size: '2048x2048' }],
    ['fal/fal-ai/nano-banana-2', { resolution: '1K' }, { resolution: '4K' }],
    ['together/black-forest-labs/FLUX.2-flex', { size: '1024x1024' }, { size: '1536x1024' }],
    ['ideogram/ideogram-v3', { quality: 'low' }, { quality: 'high' }],
    ['ideogram/ideogram-v3', { quality: 'low' }, { quality: 'low', background: 'transparent' }],
    ['replicate/google/nano-banana-pro', { resolution: '2K' }, { resolution: '4K' }],
  ];

  it.each(cheaper)(
    'decide the price of %s: %j, %j',
    async (name, cheap, dear) => {
      const low = await compare(generationOf(name), { parameters: cheap });
      stage.clear();
      const high = await compare(generationOf(name), { parameters: dear });
      expect(high.bill).toBeGreaterThan(low.bill);
    },
    60_000,
  );
});
