import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { Budget, Period } from '../../../lambda/domain/keys/key-limits.ts';
import type { ModelPrice } from '../../../lambda/domain/money/model-price.ts';
import type { Quote } from '../../../lambda/domain/money/quote.ts';
import type { Finished } from '../../../lambda/domain/provider.ts';
import { sampleCaller, sampleKey, sampleLimits } from '../../support/api-fixture.ts';
import { type Act, createWorkerFixture, deliverImages, failWith } from '../../support/worker-fixture.ts';

const period: Period = '1d';
const flat: Quote = { worst: 40_000, likely: 40_000, each: 40_000 };

interface Given {
  readonly images?: number;
  readonly quote?: Quote | undefined;
  readonly budget?: number;
  readonly reserved?: number;
  readonly owner?: string;
  readonly credential?: 'caller';
  readonly price?: ModelPrice;
}

/** A job of an owner, reserved as at submission, with a worker whose provider makes one image a request. */
async function createPaidJob(script: Act[], given: Given = {}) {
  const { images = 1, quote = flat, budget, reserved = 40_000, owner = 'vk_1', credential } = given;
  const submission = { operation: 'generation', prompt: 'a pier', n: images, parameters: {}, extra: {} } as const;
  const fixture = createWorkerFixture(script, {
    imagesPerRequest: 1,
    order: {
      ...{ owner, imagesWanted: images, reserved, submission: { in: 'item', submission } },
      ...(credential && { credential }),
    },
  });
  const { order, usage, dependencies } = fixture;
  const budgets: readonly Budget[] = budget === undefined ? [] : [{ micros: budget, period }];
  const virtualKeys = { find: async () => ({ ...sampleKey(), limits: { budgets } }) };
  const plan: typeof dependencies.plan = (...what) => ({
    ...dependencies.plan(...what),
    ...('quote' in given && given.quote === undefined ? {} : { quote }),
  });
  const catalog = { ...dependencies.catalog, ...(given.price && { price: () => given.price }) };
  await fixture.accept();
  const reservation = { nonce: order.submissionNonce, jobId: order.id, at: order.createdAt, micros: reserved };
  await usage.reserve(owner, reservation, { ...sampleLimits, budgets: [] });
  return {
    ...fixture,
    work: () => fixture.process({ virtualKeys, plan, catalog }),
    committed: async () => (await usage.find(owner))?.sums.find((sum) => sum.period === period)?.micros ?? 0,
    open: async () => (await usage.find(owner))?.open.map(({ micros }) => micros),
    byModel: async () => (await usage.find(owner))?.models.filter((sum) => sum.period === period),
    codes: () => fixture.events.map(({ code }) => code),
  };
}

const costing =
  (answer: Partial<Finished>): Act =>
  async (call, model) => ({ ...((await deliverImages()(call, model)) as Finished), ...answer });

describe('what a job costs', () => {
  it('is in its ledger, and counts for its owner instead of what was reserved', async () => {
    const paid = await createPaidJob([costing({ cost: 35_000 })], { reserved: 90_000 });
    await paid.work();
    const { attempts } = await paid.job();
    expect(attempts).toMatchObject([{ outcome: 'succeeded', cost: { micros: 35_000, from: 'provider' } }]);
    expect(attempts[0]).not.toHaveProperty('quote');
    expect(await paid.job()).not.toHaveProperty('result.cost');
    expect([await paid.committed(), await paid.open()]).toEqual([35_000, []]);
    expect(await paid.byModel()).toMatchObject([{ model: 'openai/gpt-image-2', micros: 35_000 }]);
  });

  it('is by the size of the images made where the provider chose it and charges by megapixels', async () => {
    const price: ModelPrice = {
      ...{ kind: 'megapixel', readOn: '2026-11-28', source: 'a price list', refusal: 'unknown' },
      ...{ pixels: 1_048_576, firstUsd: 0.03, furtherUsd: 0.015 },
    };
    const quote = { worst: 105_000, likely: 45_000, inputs: 15_000 };
    const paid = await createPaidJob([deliverImages()], { quote, price, reserved: 105_000 });
    await paid.work();
    expect(await paid.job()).toMatchObject({ attempts: [{ cost: { micros: 45_000, from: 'price_list' } }] });
    expect(await paid.committed()).toBe(45_000);
  });

  it('is by the price for each image where the provider says nothing', async () => {
    const paid = await createPaidJob([deliverImages()]);
    await paid.work();
    expect(await paid.job()).toMatchObject({ attempts: [{ cost: { micros: 40_000, from: 'price_list' } }] });
    expect(paid.codes()).not.toContain('cost_unknown');
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_000_001])(
    'is not what a provider says that can not be a cost: %d',
    async (cost) => {
      const paid = await createPaidJob([costing({ cost })]);
      await paid.work();
      expect(await paid.job()).toMatchObject({ attempts: [{ cost: { micros: 40_000, from: 'price_list' } }] });
    },
  );

  it('is unknown without a price: never 0, and operators learn of it', async () => {
    const paid = await createPaidJob([deliverImages()], { quote: undefined, reserved: 0 });
    await paid.work();
    const { attempts } = await paid.job();
    expect(attempts[0]).not.toHaveProperty('cost');
    expect(paid.codes()).toContain('cost_unknown');
  });

  it('is nothing for a request that was not billed', async () => {
    const paid = await createPaidJob([failWith('invalid', 'No.')]);
    await paid.work();
    expect([await paid.committed(), await paid.open()]).toEqual([0, []]);
    expect(paid.codes()).not.toContain('cost_unknown');
  });

  it('is the price of a request whose images were made and could not be fetched', async () => {
    const dead: Act = async () => ({ status: 'finished', images: [{ url: 'https://dead.example/1' }], warnings: [] });
    const paid = await createPaidJob([dead, deliverImages()]);
    const fetchImage = () => {
      throw new ProviderFailure('malformed', 'It is gone.', { billed: 'yes' });
    };
    await paid.process({ fetchImage, plan: (...what) => ({ ...paid.dependencies.plan(...what), quote: flat }) });
    const { attempts } = await paid.job();
    expect(attempts[0]).toMatchObject({ outcome: 'malformed', billed: 'yes', cost: { micros: 40_000 } });
    expect(await paid.committed()).toBe(80_000);
  });

  it('counts nothing against budgets where the caller brought the key', async () => {
    const paid = await createPaidJob([deliverImages()], { credential: 'caller', reserved: 0, budget: 1 });
    await paid.work();
    expect([await paid.committed(), await paid.open()]).toEqual([0, []]);
  });
});

describe('a further request of a job', () => {
  it('is reserved before it is made', async () => {
    const seen: unknown[] = [];
    const looking: Act = async (call, model) => {
      seen.push(await paid.open());
      return deliverImages()(call, model);
    };
    const paid = await createPaidJob([looking, looking, looking], { images: 3, budget: 120_000 });
    await paid.work();
    expect(seen).toEqual([[40_000], [80_000], [120_000]]);
    expect(await paid.job()).toMatchObject({ status: 'completed', result: { images: [{}, {}, {}] } });
    expect([await paid.committed(), await paid.open()]).toEqual([120_000, []]);
  });

  it('is not made where a budget has no room for it: the job ends with the images that it has', async () => {
    const paid = await createPaidJob([deliverImages(), deliverImages()], { images: 3, budget: 119_999 });
    await paid.work();
    expect(paid.asked).toHaveLength(2);
    const warnings = [{ code: 'images_missing' }];
    expect(await paid.job()).toMatchObject({ status: 'completed', result: { images: [{}, {}], warnings } });
    expect([await paid.committed(), await paid.open()]).toEqual([80_000, []]);
    expect(paid.codes()).toContain('request_over_budget');
  });

  it('counts an unknown outcome as the most that it may have cost', async () => {
    const quote: Quote = { worst: 90_000, likely: 50_000 };
    const paid = await createPaidJob([failWith('unknown_outcome', 'Cut.')], {
      quote,
      reserved: 90_000,
      budget: 179_999,
    });
    await paid.work();
    expect(paid.asked).toHaveLength(1);
    expect(await paid.job()).toMatchObject({
      status: 'failed',
      failure: { code: 'budget_exceeded', param: 'budgets' },
    });
    expect([await paid.committed(), await paid.open()]).toEqual([90_000, []]);
  });

  it('is not made at an unknown price for an owner with a budget', async () => {
    const paid = await createPaidJob([], { quote: undefined, reserved: 0, budget: 1_000_000 });
    await paid.work();
    expect(await paid.job()).toMatchObject({ status: 'failed', failure: { code: 'budget_exceeded' } });
  });

  it.each([
    ['an owner without budgets', {}],
    ['an admin', { owner: 'admin:ada', budget: 1 }],
  ])('needs no room for %s', async (_, given) => {
    const paid = await createPaidJob([deliverImages(), deliverImages()], { images: 2, ...given });
    await paid.work();
    expect((await paid.job()).status).toBe('completed');
    expect(await paid.committed()).toBe(80_000);
  });
});

describe('a job that is cancelled during a request', () => {
  it('keeps its reservation until the outcome is known, and is settled by it', async () => {
    const cancelled: Act = async (call, model) => {
      const caller = sampleCaller({ owner: paid.order.owner });
      await cancelJob(paid.dependencies, caller, 'generation', paid.order.id);
      expect(await paid.open()).toEqual([90_000]);
      return costing({ cost: 30_000 })(call, model);
    };
    const paid = await createPaidJob([cancelled], { reserved: 90_000 });
    await paid.work();
    expect(await paid.job()).toMatchObject({ status: 'cancelled', attempts: [{ cost: { micros: 30_000 } }] });
    expect([await paid.committed(), await paid.open()]).toEqual([30_000, []]);
  });
});
