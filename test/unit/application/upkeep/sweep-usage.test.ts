import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../../lambda/application/serve/cancel-job.ts';
import { type SweepUsageDependencies, sweepUsage } from '../../../../lambda/application/upkeep/sweep-usage.ts';
import type { Reservation } from '../../../../lambda/domain/usage/usage.ts';
import { createApiFixture, sampleCaller, sampleLimits } from '../../../support/api-fixture.ts';

const minute = 60_000;

function createSweepFixture() {
  const fixture = createApiFixture();
  const { clock, usage, order } = fixture;
  const { owner, submissionNonce: nonce, id: jobId, createdAt: at } = order;
  return {
    ...fixture,
    owner,
    own: { nonce, jobId, at, micros: 0 } satisfies Reservation,
    reserve: (reservation: Reservation) => usage.reserve(owner, reservation, sampleLimits),
    open: async () => (await usage.find(owner))?.open.map((each) => each.nonce),
    /** What counts in the hour, of which all these tests are. */
    used: async () => (await usage.find(owner))?.counts.find(({ period }) => period === '1h')?.requests,
    sweep: (over: Partial<SweepUsageDependencies> = {}) => sweepUsage({ ...fixture, ...over }, () => true),
    /** To the next minute at which a sweep passes over the usage, this many minutes from now at the earliest. */
    wait: (minutes: number) => clock.set(Math.ceil((clock.now() + minutes * minute) / (5 * minute)) * 5 * minute),
  };
}

describe(sweepUsage, () => {
  it('gives back what was reserved for a job that never came to be, once no function is left that could make it', async () => {
    const fixture = createSweepFixture();
    await fixture.reserve(fixture.own);
    // A function that stands still for all of Lambda's 15 minutes may still make it.
    fixture.wait(15);
    expect(await fixture.sweep()).toMatchObject({ done: 0 });
    expect(await fixture.open()).toHaveLength(1);
    fixture.wait(1);
    expect(await fixture.sweep()).toMatchObject({ done: 1, failed: 0 });
    expect([await fixture.open(), await fixture.used()]).toEqual([[], 0]);
    expect(fixture.events.at(-1)).toMatchObject({ code: 'reservation_orphaned', fields: { isGivenBack: true } });
  });

  it('keeps what is reserved for a job that is open', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    await fixture.reserve(fixture.own);
    fixture.wait(15);
    await fixture.sweep();
    expect(await fixture.open()).toEqual([fixture.own.nonce]);
  });

  it('ends the reservation of a job that has ended, which counts on', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    await fixture.reserve(fixture.own);
    const usage = { ...fixture.usage, settle: () => Promise.reject(new Error('down')) };
    await cancelJob(
      { ...fixture, usage },
      sampleCaller({ owner: fixture.owner }),
      fixture.order.operation,
      fixture.order.id,
    );
    expect(fixture.codes()).toContain('reservation_not_ended');
    fixture.wait(5);
    await fixture.sweep();
    expect([await fixture.open(), await fixture.used()]).toEqual([[], 1]);
  });

  it('takes a job of another submission under the same id for none of its own', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    await fixture.reserve({ ...fixture.own, nonce: 'another' });
    fixture.wait(16);
    await fixture.sweep();
    expect([await fixture.open(), await fixture.used()]).toEqual([[], 0]);
  });

  it('passes over the usage each five minutes', async () => {
    const fixture = createSweepFixture();
    let passes = 0;
    const pages = () => {
      passes += 1;
      return fixture.usage.pages();
    };
    for (let minutes = 0; minutes < 10; minutes += 1) {
      await fixture.sweep({ usage: { ...fixture.usage, pages } });
      fixture.clock.advance(60);
    }
    expect(passes).toBe(2);
  });

  it('goes on after a fault with one reservation, and counts it', async () => {
    const fixture = createSweepFixture();
    await fixture.reserve(fixture.own);
    await fixture.reserve({ ...fixture.own, nonce: 'second', jobId: 'other' });
    fixture.wait(16);
    const find = (id: string) => (id === 'other' ? Promise.reject(new Error('down')) : fixture.jobs.find(id));
    expect(await fixture.sweep({ jobs: { find } })).toMatchObject({ done: 1, failed: 1 });
    expect(await fixture.open()).toEqual(['second']);
  });

  it('stops when its time is over', async () => {
    const fixture = createSweepFixture();
    await fixture.reserve(fixture.own);
    fixture.wait(16);
    await sweepUsage(fixture, () => false);
    expect(await fixture.open()).toHaveLength(1);
  });

  it('says where the usage could not be read', async () => {
    const fixture = createSweepFixture();
    const pages = () => {
      throw new Error('down');
    };
    expect(await fixture.sweep({ usage: { ...fixture.usage, pages } })).toMatchObject({ unread: new Error('down') });
  });

  it('drops the counts of past windows', async () => {
    const fixture = createSweepFixture();
    await fixture.reserve(fixture.own);
    await fixture.usage.settle(fixture.owner, fixture.own, []);
    fixture.wait(20);
    await fixture.sweep();
    expect((await fixture.usage.find(fixture.owner))?.counts.map(({ period }) => period)).not.toContain('1m');
    expect(await fixture.used()).toBe(1);
  });

  it('goes on purging an owner that is marked, and forgets it when nothing is left', async () => {
    const fixture = createSweepFixture();
    await fixture.reserve(fixture.own);
    await fixture.usage.markForPurge(fixture.owner, fixture.clock.now());
    const purged: string[] = [];
    let isDone = false;
    const purge = async (owner: string) => {
      purged.push(owner);
      return { isDone };
    };
    await fixture.sweep({ purge });
    expect(purged).toEqual([]);
    fixture.wait(16);
    await fixture.sweep({ purge });
    expect(purged).toEqual([fixture.owner]);
    expect(await fixture.usage.find(fixture.owner)).toBeDefined();
    isDone = true;
    fixture.wait(5);
    await fixture.sweep({ purge });
    expect(await fixture.usage.find(fixture.owner)).toBeUndefined();
  });
});
