import { describe, expect, it } from 'vitest';
import { openShardOf, openShards } from '../../../../lambda/adapters/dynamo/jobs/job-record.ts';
import { type SweepJobsDependencies, sweepJobs } from '../../../../lambda/application/upkeep/sweep-jobs.ts';
import { scheduleNextHop } from '../../../../lambda/domain/jobs/transitions.ts';
import { createApiFixture } from '../../../support/api-fixture.ts';
import { entriesOf } from '../../../support/memory-open-jobs.ts';
import { noon } from '../../../support/sample-job.ts';

const deadline = noon + 1800_000;
const idOf = (number: number) => `3f2f6a52-1111-4a5b-8c3d-${String(number).padStart(12, '0')}`;

function createSweepFixture() {
  const fixture = createApiFixture();
  return {
    ...fixture,
    sweep: (over: Partial<SweepJobsDependencies> = {}, secondsLeft = () => 60) =>
      sweepJobs({ ...fixture, ...over }, secondsLeft),
    async acceptMany(count: number): Promise<void> {
      for (let number = 0; number < count; number += 1) await fixture.accept({ id: idOf(number) });
    },
    statuses: () => fixture.jobs.records().map(({ status }) => status),
  };
}

describe('sweepJobs', () => {
  it('fails what is past its deadline, and nothing else', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    await fixture.accept({ id: idOf(2), deadlineAt: deadline + 1 });
    fixture.clock.set(deadline);
    expect(await fixture.sweep()).toMatchObject({ ended: 1, failed: 0 });
    expect(fixture.jobs.record(fixture.order.id)).toMatchObject({ status: 'failed', completedAt: deadline });
    expect(fixture.jobs.record(idOf(2))?.status).toBe('pending');
  });

  it('leaves a live worker its grace, then fails the job and has its ledger closed', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    fixture.clock.set(deadline - 1000);
    await fixture.work();
    fixture.clock.set(deadline + 44_000);
    expect(await fixture.sweep()).toEqual({ ended: 0, woken: 0, released: 0, failed: 0 });
    // The next sweep could be too late.
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { jobId: fixture.order.id, hop: 0 }, delaySeconds: 1 }]);
    fixture.clock.advance(1);
    expect(await fixture.sweep()).toEqual({ ended: 1, woken: 0, released: 0, failed: 0 });
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { jobId: fixture.order.id, hop: 0 }, delaySeconds: 0 }]);
    expect(await fixture.sweep()).toEqual({ ended: 0, woken: 0, released: 0, failed: 0 });
  });

  it('asks for an open ledger to be closed as seldom as for work, however long no worker comes to it', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    await fixture.work();
    fixture.clock.set(deadline + 60_000);
    const askedAt: number[] = [];
    for (let minute = 0; minute < 30; minute += 1) {
      await fixture.sweep();
      if (fixture.queue.take().length > 0) askedAt.push(minute);
      fixture.clock.advance(60);
    }
    expect(fixture.jobs.record(fixture.order.id)?.status).toBe('failed');
    expect(askedAt).toEqual([0, 2, 6, 14]);
  });

  it('sends the same hop again for a job that has been due for two minutes without a worker', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    const held = await fixture.work();
    await fixture.jobs.apply(held.id, scheduleNextHop(held, noon + 60_000));
    fixture.clock.set(noon + 179_999);
    expect((await fixture.sweep()).woken).toBe(0);
    fixture.clock.set(noon + 180_000);
    expect((await fixture.sweep()).woken).toBe(1);
    expect(fixture.queue.sent).toEqual([
      { wakeUp: { jobId: held.id, hop: 1 }, owner: 'vk_1', lane: 'shared', delaySeconds: 0 },
    ]);
  });

  it('leaves a worker alone as long as its lease and the clocks’ skew last', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    await fixture.work();
    fixture.clock.advance(124.999);
    expect((await fixture.sweep()).woken).toBe(0);
    fixture.clock.advance(0.001);
    expect((await fixture.sweep()).woken).toBe(1);
  });

  it('waits twice as long before each further wake-up, so that a backlog is not flooded', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    const wokenAfterMinutes: number[] = [];
    for (let minute = 0; minute < 30; minute += 1) {
      fixture.clock.set(noon + minute * 60_000);
      if ((await fixture.sweep()).woken === 1) wokenAfterMinutes.push(minute);
    }
    expect(wokenAfterMinutes).toEqual([2, 4, 8, 16]);
  });

  it('starts the doubling anew once the job has got on', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    fixture.clock.set(noon);
    const wokenAfterMinutes: number[] = [];
    for (let minute = 0; minute < 15; minute += 1) {
      fixture.clock.set(noon + minute * 60_000);
      if ((await fixture.sweep()).woken === 1) wokenAfterMinutes.push(minute);
      if (minute !== 9) continue;
      const held = await fixture.work();
      await fixture.jobs.apply(held.id, scheduleNextHop(held, fixture.clock.now()));
    }
    expect(wokenAfterMinutes).toEqual([2, 4, 8, 11, 13]);
  });

  it('sends no more than one when two sweeps run at the same time', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    fixture.clock.advance(120);
    const sweeps = await Promise.all([fixture.sweep(), fixture.sweep(), fixture.sweep()]);
    expect(sweeps.map(({ woken }) => woken).sort()).toEqual([0, 0, 1]);
    expect(fixture.queue.sent).toHaveLength(1);
  });

  it('settles a job once when two sweeps run at the same time', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    fixture.clock.set(deadline);
    const sweeps = await Promise.all([fixture.sweep(), fixture.sweep()]);
    expect(sweeps.map(({ failed }) => failed)).toEqual([0, 0]);
    expect(fixture.events.filter(({ code }) => code === 'job_overdue')).toHaveLength(1);
  });

  it('does nothing for an entry that the index shows too late', async () => {
    const fixture = createSweepFixture();
    await fixture.accept();
    fixture.clock.advance(120);
    const shard = openShardOf(fixture.order.id);
    const stale = await entriesOf(fixture.openJobs.asleep(shard, fixture.clock.now(), noon));
    expect(stale).toHaveLength(1);
    const held = await fixture.work();
    await fixture.jobs.apply(held.id, scheduleNextHop(held, noon));
    const late = async function* () {
      yield stale;
    };
    expect(await fixture.sweep({ openJobs: { shards: [shard], overdue: late, asleep: late } })).toEqual({
      ended: 0,
      woken: 0,
      released: 0,
      failed: 0,
    });
    expect(fixture.queue.sent).toEqual([]);
  });

  it('goes on after a fault with one job, and counts it', async () => {
    const fixture = createSweepFixture();
    await fixture.acceptMany(40);
    fixture.clock.set(deadline);
    const find = (id: string) => (id === idOf(7) ? Promise.reject(new Error('odd')) : fixture.jobs.find(id));
    expect(await fixture.sweep({ jobs: { ...fixture.jobs, find } })).toEqual({
      ended: 39,
      woken: 0,
      released: 0,
      failed: 1,
    });
    expect(fixture.events.filter(({ code }) => code === 'worker_fault')).toMatchObject([
      { fields: { jobId: idOf(7) } },
    ]);
  });

  it('stops when its time is short, and the next sweep goes on', async () => {
    const fixture = createSweepFixture();
    await fixture.acceptMany(40);
    fixture.clock.set(deadline);
    let left = 55;
    const find = (id: string) => {
      left -= 2;
      return fixture.jobs.find(id);
    };
    const { ended } = await fixture.sweep({ jobs: { ...fixture.jobs, find } }, () => left);
    expect(ended).toBeGreaterThan(10);
    expect(ended).toBeLessThan(25);
    expect((await fixture.sweep()).ended).toBe(40 - ended);
  });

  it('leaves time for those that are asleep, however many are overdue', async () => {
    const fixture = createSweepFixture();
    await fixture.acceptMany(200);
    for (let number = 200; number < 232; number += 1) {
      await fixture.accept({ id: idOf(number), deadlineAt: deadline + 600_000 });
    }
    fixture.clock.set(deadline);
    let left = 55;
    const stuck = (id: string) => {
      left -= 1;
      return Promise.reject(new Error(id));
    };
    await expect(fixture.sweep({ jobs: { ...fixture.jobs, find: stuck } }, () => left)).resolves.toMatchObject({
      woken: 32,
      released: 0,
    });
  });

  it('deals with what has just become overdue before what could not be ended all along', async () => {
    const fixture = createSweepFixture();
    await fixture.acceptMany(300);
    await fixture.accept({ id: idOf(300), deadlineAt: deadline + 3600_000 });
    fixture.clock.set(deadline + 3600_000);
    let left = 55;
    const find = (id: string) => {
      if (id === idOf(300)) return fixture.jobs.find(id);
      left -= 1;
      return Promise.reject(new Error('can not be ended'));
    };
    expect(await fixture.sweep({ jobs: { ...fixture.jobs, find } }, () => left)).toMatchObject({ ended: 1 });
  });

  it('deals with two jobs of each shard side by side, and no more', async () => {
    const fixture = createSweepFixture();
    await fixture.acceptMany(200);
    fixture.clock.set(deadline);
    const running = new Map<string, number>();
    const most = new Map<string, number>();
    const find = async (id: string) => {
      const shard = openShardOf(id);
      running.set(shard, (running.get(shard) ?? 0) + 1);
      most.set(shard, Math.max(most.get(shard) ?? 0, running.get(shard) ?? 0));
      await new Promise((resolve) => setTimeout(resolve, 1));
      running.set(shard, (running.get(shard) ?? 0) - 1);
      return fixture.jobs.find(id);
    };
    expect((await fixture.sweep({ jobs: { ...fixture.jobs, find } })).ended).toBe(200);
    expect([...most.values()]).toEqual(openShards.map(() => 2));
  });

  it.each([
    [0, 0],
    [0.5, 8],
    [0.999, 15],
  ])('begins, by chance %s, with shard %i, and reads all of them side by side', async (chance, first) => {
    const fixture = createSweepFixture();
    const begun: string[] = [];
    let most = 0;
    const overdue = async function* (shard: string): AsyncGenerator<never> {
      begun.push(shard);
      most += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (begun.length < openShards.length) throw new Error('A shard waits for another.');
    };
    await fixture.sweep({ random: () => chance, openJobs: { ...fixture.openJobs, overdue } });
    expect(begun).toEqual([...openShards.slice(first), ...openShards.slice(0, first)]);
    expect(most).toBe(openShards.length);
  });

  it('is not held up by a job that hangs', async () => {
    const fixture = createSweepFixture();
    await fixture.acceptMany(40);
    fixture.clock.set(deadline);
    let releaseAfterFault = (): void => {};
    const hanging = new Promise<void>((resolve) => {
      releaseAfterFault = resolve;
    });
    let found = 0;
    const find = async (id: string) => {
      if (id === idOf(7)) await hanging;
      found += 1;
      if (found === 39) releaseAfterFault();
      return fixture.jobs.find(id);
    };
    expect((await fixture.sweep({ jobs: { ...fixture.jobs, find } })).ended).toBe(40);
  });

  it('ends in time in an index whose pages hold nothing for it', async () => {
    const fixture = createSweepFixture();
    let left = 55;
    const asleep = async function* () {
      for (;;) {
        left -= 1;
        yield [];
      }
    };
    await fixture.sweep({ openJobs: { ...fixture.openJobs, asleep } }, () => left);
    // Each shard's page under way when the time is over is its last.
    expect(left).toBeGreaterThan(4 - openShards.length);
  });

  it('sweeps the other shards where one can not be read, finishes what it has begun, and then fails', async () => {
    const fixture = createSweepFixture();
    await fixture.acceptMany(40);
    for (let number = 40; number < 80; number += 1) {
      await fixture.accept({ id: idOf(number), deadlineAt: deadline + 600_000 });
    }
    fixture.clock.set(deadline);
    const overdue = async function* (shard: string, now: number) {
      yield* fixture.openJobs.overdue(shard, now);
      if (shard === 'open-3') throw new Error('throttled');
    };
    const find = async (id: string) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return fixture.jobs.find(id);
    };
    const openJobs = { ...fixture.openJobs, overdue };
    await expect(fixture.sweep({ openJobs, jobs: { ...fixture.jobs, find } })).rejects.toMatchObject({
      message: 'Of 16 shards of the index of open jobs, 1 could not be read.',
      cause: new Error('throttled'),
    });
    expect(fixture.statuses().filter((status) => status === 'failed')).toHaveLength(40);
    expect(fixture.queue.sent).toHaveLength(40);
    expect(fixture.events.filter(({ code }) => code === 'worker_fault')).toMatchObject([{ fields: { part: 'index' } }]);
  });
});
