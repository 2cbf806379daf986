import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../../lambda/application/serve/cancel-job.ts';
import { type SweepUsageDependencies, sweepUsage } from '../../../../lambda/application/upkeep/sweep-usage.ts';
import type { Reservation } from '../../../../lambda/domain/usage/usage.ts';
import { createApiBench, sampleCaller, sampleLimits } from '../../../support/api-bench.ts';

const minute = 60_000;

function createSweepBench() {
  const bench = createApiBench();
  const { clock, usage, order } = bench;
  const { owner, submissionNonce: nonce, id: jobId, createdAt: at } = order;
  return {
    ...bench,
    owner,
    own: { nonce, jobId, at } satisfies Reservation,
    reserve: (reservation: Reservation) => usage.reserve(owner, reservation, sampleLimits),
    open: async () => (await usage.find(owner))?.open.map((each) => each.nonce),
    /** What counts in the hour, of which all these tests are. */
    used: async () => (await usage.find(owner))?.counts.find(({ period }) => period === '1h')?.requests,
    sweep: (over: Partial<SweepUsageDependencies> = {}) => sweepUsage({ ...bench, ...over }, () => true),
    /** To the next minute at which a sweep passes over the usage, this many minutes from now at the earliest. */
    wait: (minutes: number) => clock.set(Math.ceil((clock.now() + minutes * minute) / (5 * minute)) * 5 * minute),
  };
}

describe(sweepUsage, () => {
  it('gives back what was reserved for a job that never came to be, once no function is left that could make it', async () => {
    const bench = createSweepBench();
    await bench.reserve(bench.own);
    // A function that stands still for all of Lambda's 15 minutes may still make it.
    bench.wait(15);
    expect(await bench.sweep()).toMatchObject({ done: 0 });
    expect(await bench.open()).toHaveLength(1);
    bench.wait(1);
    expect(await bench.sweep()).toMatchObject({ done: 1, failed: 0 });
    expect([await bench.open(), await bench.used()]).toEqual([[], 0]);
    expect(bench.events.at(-1)).toMatchObject({ code: 'reservation_orphaned', fields: { isGivenBack: true } });
  });

  it('keeps what is reserved for a job that is open', async () => {
    const bench = createSweepBench();
    await bench.accept();
    await bench.reserve(bench.own);
    bench.wait(15);
    await bench.sweep();
    expect(await bench.open()).toEqual([bench.own.nonce]);
  });

  it('ends the reservation of a job that has ended, which counts on', async () => {
    const bench = createSweepBench();
    await bench.accept();
    await bench.reserve(bench.own);
    const usage = { ...bench.usage, release: () => Promise.reject(new Error('down')) };
    await cancelJob({ ...bench, usage }, sampleCaller({ owner: bench.owner }), bench.order.operation, bench.order.id);
    expect(bench.codes()).toContain('reservation_not_ended');
    bench.wait(5);
    await bench.sweep();
    expect([await bench.open(), await bench.used()]).toEqual([[], 1]);
  });

  it('takes a job of another submission under the same id for none of its own', async () => {
    const bench = createSweepBench();
    await bench.accept();
    await bench.reserve({ ...bench.own, nonce: 'another' });
    bench.wait(16);
    await bench.sweep();
    expect([await bench.open(), await bench.used()]).toEqual([[], 0]);
  });

  it('passes over the usage each five minutes', async () => {
    const bench = createSweepBench();
    let passes = 0;
    const pages = () => {
      passes += 1;
      return bench.usage.pages();
    };
    for (let minutes = 0; minutes < 10; minutes += 1) {
      await bench.sweep({ usage: { ...bench.usage, pages } });
      bench.clock.advance(60);
    }
    expect(passes).toBe(2);
  });

  it('goes on after a fault with one reservation, and counts it', async () => {
    const bench = createSweepBench();
    await bench.reserve(bench.own);
    await bench.reserve({ ...bench.own, nonce: 'second', jobId: 'other' });
    bench.wait(16);
    const find = (id: string) => (id === 'other' ? Promise.reject(new Error('down')) : bench.jobs.find(id));
    expect(await bench.sweep({ jobs: { find } })).toMatchObject({ done: 1, failed: 1 });
    expect(await bench.open()).toEqual(['second']);
  });

  it('stops when its time is over', async () => {
    const bench = createSweepBench();
    await bench.reserve(bench.own);
    bench.wait(16);
    await sweepUsage(bench, () => false);
    expect(await bench.open()).toHaveLength(1);
  });

  it('says where the usage could not be read', async () => {
    const bench = createSweepBench();
    const pages = () => {
      throw new Error('down');
    };
    expect(await bench.sweep({ usage: { ...bench.usage, pages } })).toMatchObject({ unread: new Error('down') });
  });

  it('drops the counts of past windows', async () => {
    const bench = createSweepBench();
    await bench.reserve(bench.own);
    await bench.usage.release(bench.owner, bench.own.nonce);
    bench.wait(10);
    await bench.sweep();
    expect((await bench.usage.find(bench.owner))?.counts.map(({ period }) => period)).not.toContain('1m');
    expect(await bench.used()).toBe(1);
  });

  it('goes on purging an owner that is marked, and forgets it when nothing is left', async () => {
    const bench = createSweepBench();
    await bench.reserve(bench.own);
    await bench.usage.markForPurge(bench.owner, bench.clock.now());
    const purged: string[] = [];
    let isDone = false;
    const purge = async (owner: string) => {
      purged.push(owner);
      return { isDone };
    };
    await bench.sweep({ purge });
    expect(purged).toEqual([]);
    bench.wait(16);
    await bench.sweep({ purge });
    expect(purged).toEqual([bench.owner]);
    expect(await bench.usage.find(bench.owner)).toBeDefined();
    isDone = true;
    bench.wait(5);
    await bench.sweep({ purge });
    expect(await bench.usage.find(bench.owner)).toBeUndefined();
  });
});
