import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KeyLimits, RateLimit } from '../../../lambda/domain/keys/key-limits.ts';
import type { Reservation, Usage } from '../../../lambda/domain/usage/usage.ts';
import type { UsageStore } from '../../../lambda/domain/usage/usage-store.ts';
import { maxLateMilliseconds } from '../../../lambda/domain/usage/windows.ts';

const noon = Date.UTC(2026, 10, 28, 12, 0, 0);
const minute = 60_000;
const hour = 60 * minute;

const newOwner = (): string => `vk_${randomUUID()}`;
const reservationAt = (at: number, micros = 0): Reservation => ({
  ...{ nonce: randomUUID(), jobId: randomUUID(), at, micros },
});
const limitsOf = (maxOpenJobs: number, ...rateLimits: RateLimit[]): KeyLimits => ({
  ...{ maxOpenJobs, rateLimits, budgets: [] },
});
const wide = limitsOf(1000);

const requestsIn = (usage: Usage | undefined, period: string, startsAt: number): number | undefined =>
  usage?.counts.find((each) => each.period === period && each.startsAt === startsAt)?.requests;

/** What every store of usage promises. `open` is called once. */
export function usageStoreContract(name: string, open: () => Promise<UsageStore>): void {
  describe(name, () => {
    let store: UsageStore;
    beforeAll(async () => {
      store = await open();
    });

    const reserveMany = (owner: string, count: number, limits: KeyLimits, at = noon) =>
      Promise.all(Array.from({ length: count }, () => store.reserve(owner, reservationAt(at), limits)));

    it('knows nothing of an owner who has submitted nothing', async () => {
      expect(await store.find(newOwner())).toBeUndefined();
    });

    it('keeps a reservation, counts it in every window, and knows the last use', async () => {
      const owner = newOwner();
      const reservation = reservationAt(noon + 90_000);
      const limits = limitsOf(3, { requests: 5, period: '1m' }, { requests: 20, period: '1d' });
      expect(await store.reserve(owner, reservation, limits)).toEqual({
        reserved: true,
        windows: [
          { limit: limits.rateLimits[0], used: 1, resetsAt: noon + 2 * minute },
          { limit: limits.rateLimits[1], used: 1, resetsAt: noon + 12 * hour },
        ],
        budgets: [],
      });
      const usage = await store.find(owner);
      expect(usage).toMatchObject({ owner, open: [reservation], lastUsedAt: reservation.at });
      expect(usage?.counts.map(({ period, requests }) => [period, requests]).toSorted()).toEqual(
        ['1M', '1d', '1h', '1m', '1w'].map((period) => [period, 1]),
      );
    });

    it('gives room to as many at once as may be open, and to no more', async () => {
      const owner = newOwner();
      const answers = await reserveMany(owner, 30, limitsOf(7));
      expect(answers.filter(({ reserved }) => reserved)).toHaveLength(7);
      expect((await store.find(owner))?.open).toHaveLength(7);
      expect(answers.find(({ reserved }) => !reserved)).toMatchObject({
        refusal: { by: 'open_jobs', maxOpenJobs: 7 },
      });
    });

    it('accepts as many at once as a window allows, and again in the next', async () => {
      const owner = newOwner();
      const limits = limitsOf(1000, { requests: 7, period: '1m' });
      for (const at of [noon, noon + minute]) {
        const answers = await reserveMany(owner, 20, limits, at);
        expect(answers.filter(({ reserved }) => reserved)).toHaveLength(7);
        expect(answers.find(({ reserved }) => !reserved)).toMatchObject({
          refusal: { by: 'rate', window: { limit: limits.rateLimits[0], used: 7, resetsAt: at + minute } },
        });
      }
    });

    it('names the window that resets last where several are used up', async () => {
      const owner = newOwner();
      const limits = limitsOf(1, { requests: 1, period: '1m' }, { requests: 1, period: '1h' });
      await store.reserve(owner, reservationAt(noon), limits);
      expect(await store.reserve(owner, reservationAt(noon), limits)).toMatchObject({
        refusal: { by: 'rate', window: { limit: { period: '1h' }, resetsAt: noon + hour } },
      });
    });

    it('counts for a limit that is set later what was used before it', async () => {
      const owner = newOwner();
      await reserveMany(owner, 3, wide);
      const limits = limitsOf(1000, { requests: 3, period: '1h' });
      expect(await store.reserve(owner, reservationAt(noon), limits)).toMatchObject({ refusal: { by: 'rate' } });
    });

    it('reserves once for a nonce that asks again, even where nothing is left', async () => {
      const owner = newOwner();
      const reservation = reservationAt(noon);
      const limits = limitsOf(1, { requests: 1, period: '1m' });
      await store.reserve(owner, reservation, limits);
      expect(await store.reserve(owner, reservation, limits)).toMatchObject({ reserved: true, windows: [{ used: 1 }] });
      const usage = await store.find(owner);
      expect(usage?.open).toEqual([reservation]);
      expect(requestsIn(usage, '1m', noon)).toBe(1);
    });

    it('releases once, and leaves the count', async () => {
      const owner = newOwner();
      const reservation = reservationAt(noon);
      await store.reserve(owner, reservation, wide);
      const released = await Promise.all([1, 2, 3].map(() => store.settle(owner, reservation, [])));
      expect(released.toSorted()).toEqual([false, false, true]);
      const usage = await store.find(owner);
      expect(usage?.open).toEqual([]);
      expect(requestsIn(usage, '1m', noon)).toBe(1);
    });

    it('gives back once, so that the window can be used to its last request', async () => {
      const owner = newOwner();
      const limits = limitsOf(1000, { requests: 2, period: '1m' });
      const reservation = reservationAt(noon);
      await store.reserve(owner, reservation, limits);
      await Promise.all([1, 2, 3].map(() => store.refund(owner, reservation, noon + 5)));
      const answers = await reserveMany(owner, 10, limits, noon + 10);
      expect(answers.filter(({ reserved }) => reserved)).toHaveLength(2);
    });

    it('gives back to the windows that are still current alone', async () => {
      const owner = newOwner();
      const reservation = reservationAt(noon);
      await store.reserve(owner, reservation, wide);
      await store.refund(owner, reservation, noon + minute);
      const usage = await store.find(owner);
      expect(requestsIn(usage, '1m', noon)).toBe(1);
      expect(requestsIn(usage, '1h', noon)).toBe(0);
    });

    it('holds a limit for whoever is a moment behind the owner’s latest window', async () => {
      const owner = newOwner();
      const limits = limitsOf(1000, { requests: 1, period: '1m' });
      await store.reserve(owner, reservationAt(noon - 1), limits);
      await store.reserve(owner, reservationAt(noon), limits);
      expect(await store.reserve(owner, reservationAt(noon - 1), limits)).toMatchObject({ reserved: false });
    });

    it('forgets windows once they are past, also to a function that stood still', async () => {
      const owner = newOwner();
      await store.reserve(owner, reservationAt(noon), wide);
      const usage = await store.find(owner);
      if (!usage) throw new Error('There is no usage.');
      await store.forgetPast(usage, noon + minute + maxLateMilliseconds);
      expect(requestsIn(await store.find(owner), '1m', noon)).toBe(1);
      await store.forgetPast(usage, noon + 2 * minute + maxLateMilliseconds);
      const kept = await store.find(owner);
      expect([requestsIn(kept, '1m', noon), requestsIn(kept, '1h', noon)]).toEqual([undefined, 1]);
    });

    it('counts a submission of a function that stood still in its window, whatever has come since', async () => {
      const owner = newOwner();
      const limits = limitsOf(1000, { requests: 1, period: '1m' });
      await store.reserve(owner, reservationAt(noon), limits);
      for (const later of [1, 2, 5, 15]) await store.reserve(owner, reservationAt(noon + later * minute), limits);
      expect(await store.reserve(owner, reservationAt(noon + 1), limits)).toMatchObject({ reserved: false });
    });

    it('shows everybody, page by page', async () => {
      const owners = [newOwner(), newOwner(), newOwner()];
      for (const owner of owners) await store.reserve(owner, reservationAt(noon), wide);
      const seen: string[] = [];
      for await (const page of store.pages()) seen.push(...page.map(({ owner }) => owner));
      for (const owner of owners) expect(seen.filter((each) => each === owner)).toHaveLength(1);
    });

    it('removes an item that is marked, as soon as nothing is open', async () => {
      const [owner, idle] = [newOwner(), newOwner()];
      const reservation = reservationAt(noon);
      await store.reserve(owner, reservation, wide);
      expect(await store.removePurged(owner)).toBe(false);
      await store.markForPurge(owner, noon);
      await store.markForPurge(owner, noon + 1);
      expect((await store.find(owner))?.purgeAt).toBe(noon);
      await store.unmark(owner);
      expect((await store.find(owner))?.purgeAt).toBeUndefined();
      await store.unmark('nobody');
      expect(await store.find('nobody')).toBeUndefined();
      await store.markForPurge(owner, noon);
      expect(await store.removePurged(owner)).toBe(false);
      await store.settle(owner, reservation, []);
      await store.markForPurge(idle, noon);
      for (const each of [owner, idle]) {
        expect(await store.removePurged(each)).toBe(true);
        expect(await store.find(each)).toBeUndefined();
      }
    });
  });
}
