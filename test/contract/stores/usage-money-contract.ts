import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Budget, KeyLimits, Period } from '../../../lambda/domain/keys/key-limits.ts';
import type { Reservation, Usage } from '../../../lambda/domain/usage/usage.ts';
import type { UsageStore } from '../../../lambda/domain/usage/usage-store.ts';
import { crowd } from './usage-crowd.ts';

const noon = Date.UTC(2026, 10, 28, 12);
const minute = 60_000;
const day = 86_400_000;
const [cent, dollar] = [10_000, 1_000_000];

const limitsOf = (...budgets: Budget[]): KeyLimits => ({ maxOpenJobs: 1000, rateLimits: [], budgets });
const aDay = (micros: number): Budget => ({ micros, period: '1d' });
const spend = (micros: number, model = 'openai/gpt-image-1') => [{ model, micros }];

const sumIn = (usage: Usage | undefined, period: Period, startsAt?: number): number | undefined =>
  usage?.sums.find((each) => each.period === period && (startsAt ?? each.startsAt) === each.startsAt)?.micros;

/** What every store of usage promises about money. `open` is called once. */
export function usageMoneyContract(name: string, open: () => Promise<UsageStore>): void {
  describe(`${name}, money`, () => {
    let store: UsageStore;
    beforeAll(async () => {
      store = await open();
    });

    /** An owner with a reservation of so much. */
    async function reserved(micros: number, limits: KeyLimits = limitsOf(), at = noon) {
      const owner = `vk_${randomUUID()}`;
      const reservation: Reservation = { nonce: randomUUID(), jobId: randomUUID(), at, micros };
      const answer = await store.reserve(owner, reservation, limits);
      if (!answer.reserved) throw new Error('There was no room.');
      return { owner, reservation, answer, usage: () => store.find(owner) };
    }

    const reserveMore = (owner: string, micros: number, limits: KeyLimits, at = noon) =>
      store.reserve(owner, { nonce: randomUUID(), jobId: randomUUID(), at, micros }, limits);

    it('commits what is reserved in every window, and says how far each budget is used', async () => {
      const limits = limitsOf(aDay(dollar), { micros: 2 * dollar, period: '1M' });
      const { answer, usage, reservation } = await reserved(30 * cent, limits);
      expect(answer.budgets).toEqual([
        { budget: limits.budgets[0], committed: 30 * cent, resetsAt: noon + day / 2 },
        { budget: limits.budgets[1], committed: 30 * cent, resetsAt: Date.UTC(2026, 11, 1) },
      ]);
      const found = await usage();
      expect(found?.open).toEqual([reservation]);
      expect(found?.sums.map(({ period, micros }) => [period, micros]).toSorted()).toEqual(
        ['1M', '1d', '1h', '1m', '1w'].map((period) => [period, 30 * cent]),
      );
      expect(found?.models).toEqual([]);
    });

    it('gives room to exactly as many at once as a budget is for, and settles each once', async () => {
      await crowd(store, { submissions: 40, room: 9 });
    });

    it('uses a budget to its last micro-dollar, and no further', async () => {
      const limits = limitsOf(aDay(dollar));
      const { owner } = await reserved(dollar - 1, limits);
      expect(await reserveMore(owner, 2, limits)).toMatchObject({
        reserved: false,
        refusal: { by: 'budget', micros: 2, window: { committed: dollar - 1, resetsAt: noon + day / 2 } },
      });
      expect(await reserveMore(owner, 1, limits)).toMatchObject({ reserved: true, budgets: [{ committed: dollar }] });
      expect(await reserveMore(owner, 0, limits)).toMatchObject({ reserved: true });
    });

    it('refuses what costs more than the whole budget, in an unused window too', async () => {
      const owner = `vk_${randomUUID()}`;
      expect(await reserveMore(owner, dollar + 1, limitsOf(aDay(dollar)))).toMatchObject({
        refusal: { by: 'budget', micros: dollar + 1, window: { committed: 0 } },
      });
    });

    it('names the budget that has no room for longest, after rates and open jobs', async () => {
      const budgets = [aDay(cent), { micros: cent, period: '1M' as const }];
      const { owner } = await reserved(cent, limitsOf(...budgets));
      expect(await reserveMore(owner, 1, limitsOf(...budgets))).toMatchObject({
        refusal: { by: 'budget', window: { budget: { period: '1M' } } },
      });
      const rateLimits = [{ requests: 1, period: '1m' as const }];
      expect(await reserveMore(owner, 1, { budgets, rateLimits, maxOpenJobs: 1 })).toMatchObject({
        refusal: { by: 'rate' },
      });
      expect(await reserveMore(owner, 1, { budgets, rateLimits: [], maxOpenJobs: 1 })).toMatchObject({
        refusal: { by: 'open_jobs' },
      });
    });

    it('knows for a budget that is set later what was spent before it', async () => {
      const { owner, reservation } = await reserved(90 * cent);
      await store.settle(owner, reservation, spend(70 * cent));
      expect(await reserveMore(owner, 31 * cent, limitsOf(aDay(dollar)))).toMatchObject({ reserved: false });
      expect(await reserveMore(owner, 30 * cent, limitsOf(aDay(dollar)))).toMatchObject({ reserved: true });
    });

    it('counts a submission in the windows of its own time, so that clocks that differ hold each window’s budget', async () => {
      const limits = limitsOf({ micros: cent, period: '1m' });
      const { owner } = await reserved(cent, limits, noon - 1);
      expect(await reserveMore(owner, cent, limits, noon)).toMatchObject({ reserved: true });
      expect(await reserveMore(owner, 1, limits, noon - 2)).toMatchObject({ reserved: false });
      expect(await reserveMore(owner, 1, limits, noon + 1)).toMatchObject({ reserved: false });
    });

    it('raises to so much in all, once however often that is asked for', async () => {
      const budgets = [aDay(dollar)];
      const { owner, reservation, usage } = await reserved(20 * cent);
      const raise = (micros: number) => store.raise(owner, reservation, micros, budgets);
      const raised = await Promise.all([1, 2, 3].map(() => raise(60 * cent)));
      expect(raised).toEqual([{ raised: true }, { raised: true }, { raised: true }]);
      expect(sumIn(await usage(), '1d')).toBe(60 * cent);
      expect(await raise(40 * cent)).toEqual({ raised: true });
      expect((await usage())?.open[0]?.micros).toBe(60 * cent);
      expect(await raise(dollar + 1)).toMatchObject({
        refusal: { by: 'budget', micros: 40 * cent + 1, window: { committed: 60 * cent } },
      });
      expect(await raise(dollar)).toEqual({ raised: true });
      expect(sumIn(await usage(), '1M')).toBe(dollar);
    });

    it('gives what a budget has left to one of those that raise at once', async () => {
      const budgets = [aDay(100 * cent)];
      const limits = limitsOf(...budgets);
      const { owner, reservation } = await reserved(10 * cent, limits);
      const others = await Promise.all(
        Array.from({ length: 9 }, async () => {
          const other = { nonce: randomUUID(), jobId: randomUUID(), at: noon, micros: 5 * cent };
          await store.reserve(owner, other, limits);
          return other;
        }),
      );
      const answers = await Promise.all(
        [reservation, ...others].map((each) => store.raise(owner, each, each.micros + 15 * cent, budgets)),
      );
      expect(answers.filter(({ raised }) => raised)).toHaveLength(3);
      expect(sumIn(await store.find(owner), '1d')).toBe(100 * cent);
    });

    it('raises a reservation of nothing, and settles one', async () => {
      const { owner, reservation, usage } = await reserved(0);
      expect(await store.raise(owner, reservation, cent, [])).toEqual({ raised: true });
      expect(await store.settle(owner, reservation, spend(cent))).toBe(true);
      expect(sumIn(await usage(), '1h')).toBe(cent);
      const idle = await reserved(0);
      expect(await store.settle(idle.owner, idle.reservation, [])).toBe(true);
      expect(await idle.usage()).toMatchObject({ open: [], sums: [], models: [] });
    });

    it('ends a reservation once, whether settled or refunded, and raises it no more', async () => {
      const { owner, reservation, usage } = await reserved(50 * cent);
      const ended = await Promise.all([
        store.settle(owner, reservation, spend(20 * cent)),
        store.settle(owner, reservation, spend(20 * cent)),
        store.refund(owner, reservation, noon),
        store.raise(owner, reservation, 70 * cent, []).then(() => false),
      ]);
      expect(ended.filter(Boolean)).toHaveLength(1);
      const found = await usage();
      expect([found?.open, [0, 20 * cent].includes(sumIn(found, '1d') ?? -1)]).toEqual([[], true]);
      expect(await store.raise(owner, reservation, 90 * cent, [])).toEqual({ raised: false, refusal: { by: 'gone' } });
      expect(sumIn(await usage(), '1d')).toBe(sumIn(found, '1d'));
    });

    it('refunds all that it was raised to', async () => {
      const { owner, reservation, usage } = await reserved(20 * cent);
      await store.raise(owner, reservation, 80 * cent, []);
      expect(await store.refund(owner, reservation, noon)).toBe(true);
      expect(sumIn(await usage(), '1d')).toBe(0);
    });

    it('commits what was spent where that is more than was reserved', async () => {
      const { owner, reservation, usage } = await reserved(20 * cent);
      await store.settle(owner, reservation, spend(25 * cent));
      expect(sumIn(await usage(), '1w')).toBe(25 * cent);
    });

    it('sums up by model, snapshots with theirs, and leaves out what cost nothing', async () => {
      const { owner, reservation, usage } = await reserved(dollar);
      const models = ['openai/gpt-image-1', 'openai/gpt-image-1-2025-04-23', 'bfl/flux-2-pro', 'xai/free'];
      const spends = models.map((model, at) => ({ model, micros: [3, 4, 5, 0][at] ?? 0 }));
      await store.settle(owner, reservation, spends);
      const found = await usage();
      expect(sumIn(found, '1d')).toBe(12);
      const inMonth = found?.models.filter(({ period }) => period === '1M');
      expect(inMonth?.map(({ model, micros }) => [model, micros]).toSorted()).toEqual([
        ['bfl/flux-2-pro', 5],
        ['openai/gpt-image-1', 7],
      ]);
    });

    it('settles in the month of the submission, whenever that is', async () => {
      const late = Date.UTC(2026, 10, 30, 23, 59, 59, 999);
      const limits = limitsOf({ micros: dollar, period: '1M' });
      const { owner, reservation, usage } = await reserved(dollar, limits, late);
      expect(await reserveMore(owner, dollar, limits, late + 1)).toMatchObject({ reserved: true });
      await store.settle(owner, reservation, spend(60 * cent));
      const found = await usage();
      expect(sumIn(found, '1M', Date.UTC(2026, 10, 1))).toBe(60 * cent);
      expect(sumIn(found, '1M', Date.UTC(2026, 11, 1))).toBe(dollar);
      expect(found?.models.map(({ startsAt }) => startsAt).toSorted()).toEqual([
        Date.UTC(2026, 10, 1),
        Date.UTC(2026, 10, 30),
      ]);
    });

    it('keeps the sums of a past window for as long as anything is reserved in it', async () => {
      const limits = limitsOf({ micros: dollar, period: '1m' });
      const { owner, reservation, usage } = await reserved(90 * cent, limits);
      await reserveMore(owner, cent, limits, noon + 30 * minute);
      const forget = async () => store.forgetPast((await usage()) as Usage, noon + 30 * minute);
      await forget();
      const more = store.raise(owner, reservation, dollar + 1, limits.budgets);
      expect(await more).toMatchObject({ refusal: { by: 'budget' } });
      await store.settle(owner, reservation, spend(dollar));
      expect(sumIn(await usage(), '1m', noon)).toBe(dollar);
      await forget();
      expect(sumIn(await usage(), '1m', noon)).toBeUndefined();
      expect(sumIn(await usage(), '1m', noon + 30 * minute)).toBe(cent);
      expect(sumIn(await usage(), '1h', noon)).toBe(dollar + cent);
    });

    it('forgets by model what is past', async () => {
      const { owner, reservation, usage } = await reserved(cent);
      await store.settle(owner, reservation, spend(cent));
      await store.forgetPast((await usage()) as Usage, noon + 2 * day);
      expect((await usage())?.models.map(({ period }) => period)).toEqual(['1M']);
    });
  });
}
