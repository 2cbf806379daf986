import { describe, expect, it } from 'vitest';
import type { SynchronousDependencies } from '../../../lambda/application/synchronous/run-synchronously.ts';
import { isOpen, type Job, type OpenJob } from '../../../lambda/domain/jobs/job.ts';
import { WriteRefused } from '../../../lambda/domain/jobs/write-refused.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import { createJobWorld, type JobWorld, type Story } from '../../support/job-world.ts';
import { noon } from '../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';

const inWorld = <Result>(story: Story, tell: (world: JobWorld) => Promise<Result>): Promise<Result> =>
  inVirtualTime(noon, 3000, async () => {
    const world = createJobWorld(story);
    const result = await tell(world);
    world.stop();
    return result;
  });

async function endOf({ fixture }: JobWorld): Promise<Job> {
  for (;;) {
    const [record] = fixture.jobs.records();
    const job = (await fixture.jobs.find(record?.id ?? '')) as Job;
    if (!isOpen(job)) return job;
    await seconds(1);
  }
}

type Over = (own: SynchronousDependencies) => Partial<SynchronousDependencies>;

/** A store of which one method does something else. */
const store =
  (other: (jobs: JobStore) => Partial<JobStore>): Over =>
  ({ jobs }) => ({
    jobs: {
      create: (job) => jobs.create(job),
      undo: (job) => jobs.undo(job),
      find: (id) => jobs.find(id),
      apply: (id, transition) => jobs.apply(id, transition),
      ...other(jobs),
    },
  });

/** The first transition of that name fails. */
const failingOnce = (name: string): Over => {
  let failures = 0;
  return store((jobs) => ({
    apply: async (id, transition) => {
      if (transition.name === name && failures++ === 0) throw new Error('503');
      return jobs.apply(id, transition);
    },
  }));
};

const nothingWasDone = ({ fixture, provider, works }: JobWorld): unknown => [
  fixture.jobs.records(),
  provider.requests,
  works,
];

describe('runSynchronously, where stores fail', () => {
  it('gives the lease back, wakes a worker, and answers with what that brings about', () =>
    inWorld({}, async (world) => {
      const run = await world.run({ seconds: 60, over: failingOnce('startAttempt') });
      expect(await run.outcome).toMatchObject({ status: 'completed', crashes: 0, claim: 2 });
      expect(world.works).toMatchObject([{ startedAt: noon + 10_000 }]);
      expect(world.codes()).toContain('worker_fault');
      expect(world.provider.requests).toHaveLength(1);
      await run.rest();
    }));

  it('leaves a job to the sweep that it can not even wake a worker for', () =>
    inWorld({}, async (world) => {
      const over: Over = (own) => ({
        ...failingOnce('startAttempt')(own),
        queue: { send: () => Promise.reject(new Error('503')) },
      });
      const run = await world.run({ seconds: 60, over });
      expect(isOpen(await run.outcome)).toBe(true);
      await run.rest();
      expect(await endOf(world)).toMatchObject({ status: 'completed', crashes: 0 });
      expect(world.codes()).toContain('job_woken');
    }));

  it('lets go of a job whose lease it can not renew, before another may take it', () =>
    inWorld({ script: [{ takesSeconds: 250, says: 'images' }] }, async (world) => {
      const over = store((jobs) => ({
        apply: (id, transition) =>
          transition.name === 'renew' ? Promise.reject(new Error('503')) : jobs.apply(id, transition),
      }));
      const run = await world.run({ seconds: 240, over });
      void run.outcome;
      await seconds(104);
      expect(world.provider.requests).toMatchObject([{ hungUp: false }]);
      await seconds(2);
      expect(world.provider.requests).toMatchObject([{ hungUp: true }]);
      expect(world.codes()).toContain('job_lost');
      await run.rest();
      expect(await endOf(world)).toMatchObject({ status: 'completed', crashes: 1 });
      expect(world.provider.maxAtOnce()).toBe(1);
    }));

  it('answers with an open job where the store says nothing of it any more', () =>
    inWorld({ script: [{ takesSeconds: 100, says: 'images' }] }, async (world) => {
      let polls = 0;
      // The look-up of the key comes first, and finds nobody.
      const over = store(() => ({
        find: async () => (polls++ === 0 ? undefined : Promise.reject(new Error('503'))),
      }));
      const run = await world.run({ seconds: 60, over });
      expect(await run.outcome).toMatchObject({ status: 'processing', id: run.job.id });
      await run.rest();
    }));

  it('starts nothing where the outcome of the create is unknown, and leaves a mark that a late write meets', () =>
    inWorld({}, async (world) => {
      let made: OpenJob | undefined;
      const over = store(() => ({
        create: async (job) => {
          made = job;
          throw new Error('timeout');
        },
      }));
      await expect(world.run({ seconds: 60, over })).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('Nothing was accepted'),
      });
      expect(nothingWasDone(world)).toEqual([[], [], []]);
      expect(await world.fixture.jobs.create(made as OpenJob)).toBe('taken');
      expect((await world.usage.find('vk_1'))?.open).toEqual([]);
      expect([...world.fixture.images.objects.keys()]).toEqual([]);
    }));

  it('takes a job back that was created, where only the answer got lost', () =>
    inWorld({}, async (world) => {
      const over = store((jobs) => ({
        create: async (job) => {
          await jobs.create(job);
          throw new Error('timeout');
        },
      }));
      await expect(world.run({ seconds: 60, over })).rejects.toMatchObject({ code: 'unavailable' });
      await seconds(300);
      expect(nothingWasDone(world)).toEqual([[], [], []]);
    }));

  it('carries the job after all where a twin was told of it before it could be taken back', () =>
    inWorld({ script: [{ takesSeconds: 10, says: 'images' }] }, async (world) => {
      let twin: Awaited<ReturnType<JobWorld['run']>> | undefined;
      const over = store((jobs) => ({
        create: async (job) => {
          await jobs.create(job);
          twin = await world.run({ seconds: 60 });
          throw new Error('timeout');
        },
      }));
      const run = await world.run({ seconds: 60, over });
      expect([run.replayed, twin?.replayed]).toEqual([true, true]);
      const [own, others] = await Promise.all([run.outcome, twin?.outcome]);
      expect(own).toMatchObject({ status: 'completed', claim: 1 });
      expect(others).toMatchObject({ completedAt: noon + 10_000, id: own.id });
      expect([world.provider.requests.length, world.works]).toEqual([1, []]);
      await Promise.all([run.rest(), twin?.rest()]);
    }));

  it('says that it is not certain where the undoing fails as well, and starts nothing', () =>
    inWorld({}, async (world) => {
      const over = store(() => ({
        create: () => Promise.reject(new Error('timeout')),
        undo: () => Promise.reject(new Error('timeout')),
      }));
      await expect(world.run({ seconds: 60, over })).rejects.toMatchObject({
        message: expect.stringContaining('not certain'),
      });
      expect(nothingWasDone(world)).toEqual([[], [], []]);
    }));

  it('takes back what it reserved and stored where the store refuses the item', () =>
    inWorld({}, async (world) => {
      const over = store(() => ({ create: () => Promise.reject(new WriteRefused('too large')) }));
      await expect(world.run({ seconds: 60, over })).rejects.toMatchObject({ code: 'unavailable' });
      expect((await world.usage.find('vk_1'))?.open).toEqual([]);
      expect([...world.fixture.images.objects.keys()]).toEqual([]);
      // And its place: four others and this one may come.
      const runs = await Promise.all([1, 2, 3, 4, 5].map(() => world.run({ seconds: 60 })));
      await Promise.all(runs.map(({ rest }) => rest));
    }));
});

describe('runSynchronously, whose function is killed', () => {
  it('loses no job: the sweep wakes a worker when the lease is over, which pays once more at the most', async () => {
    let born = 0;
    for (let atCall = 3; atCall <= 16; atCall += 1) {
      for (const arrives of [false, true]) {
        await inWorld({ script: [{ takesSeconds: 5, says: 'images' }] }, async (world) => {
          void world.run({ seconds: 60, crash: { atCall, arrives } });
          await seconds(1);
          if (world.fixture.jobs.records().length === 0) return;
          born += 1;
          const end = await endOf(world);
          expect([end.status, end.crashes <= 1], `killed at call ${atCall}`).toEqual(['completed', true]);
          expect(world.provider.requests.length).toBeLessThanOrEqual(2);
          expect(world.unrecorded).toEqual([]);
        });
      }
    }
    // Else the walk shows nothing.
    expect(born).toBeGreaterThan(20);
  });
});
