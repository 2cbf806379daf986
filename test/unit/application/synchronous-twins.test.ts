import { describe, expect, it } from 'vitest';
import type { SynchronousRun } from '../../../lambda/application/synchronous/run-synchronously.ts';
import type { Job } from '../../../lambda/domain/jobs/job.ts';
import { createJobWorld, type JobWorld, type Story } from '../../support/job-world.ts';
import { noon } from '../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';

const inWorld = (story: Story, tell: (world: JobWorld) => Promise<void>): Promise<void> =>
  inVirtualTime(noon, 1000, async () => {
    const world = createJobWorld(story);
    await tell(world);
    world.stop();
  });

/** So many synchronous requests of one owner may be under way. */
const maxSynchronous = 5;
const slow: Story = { script: [{ takesSeconds: 50, says: 'images' }] };

const takePlaces = async ({ fixture }: JobWorld, count: number): Promise<void> => {
  for (let place = 0; place < count; place += 1) await fixture.waits.enter('vk_1', `other-${place}`, noon + 900_000);
};

const resultOf = (job: Job): unknown => job.status === 'completed' && [job.completedAt, job.result];

const restOf = (...runs: readonly SynchronousRun[]): Promise<unknown> => Promise.all(runs.map(({ rest }) => rest()));

describe('runSynchronously, twice with one key', () => {
  it.each([0, 10])('waits for the job that a twin has made %i seconds before, and works on it no more', (after) =>
    inWorld(slow, async (world) => {
      const first = world.run({ seconds: 120 });
      await seconds(after);
      const runs = await Promise.all([first, world.run({ seconds: 120 })]);
      expect(runs.map(({ replayed }) => replayed).toSorted()).toEqual([false, true]);
      const [one, other] = await Promise.all(runs.map(({ outcome }) => outcome));
      expect(one).toMatchObject({ status: 'completed', replays: 1 });
      expect(other).toEqual(one);
      expect([world.provider.requests.length, world.works]).toEqual([1, []]);
      await restOf(...runs);
    }),
  );

  it('waits for the job of the asynchronous door, which a worker carries', () =>
    inWorld(slow, async (world) => {
      const { job } = await world.submit();
      const run = await world.run({ seconds: 120 });
      expect(await run.outcome).toMatchObject({ id: job.id, status: 'completed' });
      expect(await run.outcome).toMatchObject({ claim: 1, crashes: 0 });
      expect(world.provider.requests).toHaveLength(1);
      await restOf(run);
    }));

  it('is the job that the asynchronous door answers with, which wakes nobody for it', () =>
    inWorld(slow, async (world) => {
      const run = await world.run({ seconds: 120 });
      const { job, replayed } = await world.submit();
      expect([job.id, job.status, replayed]).toEqual([run.job.id, 'processing', true]);
      await restOf(run);
      expect([world.provider.requests.length, world.works, world.messages()]).toEqual([1, [], 0]);
    }));

  it('gives the result to who asks again after the limit, without another request', () =>
    inWorld(slow, async (world) => {
      const first = await world.run({ seconds: 20 });
      expect(await first.outcome).toMatchObject({ status: 'processing' });
      const again = await world.run({ seconds: 60 });
      expect(await again.outcome).toMatchObject({ id: first.job.id, status: 'completed' });
      const late = await world.run({ seconds: 60 });
      expect([late.replayed, resultOf(await late.outcome)]).toEqual([true, resultOf(await again.outcome)]);
      expect(world.provider.requests).toHaveLength(1);
      await restOf(first, again, late);
    }));
});

describe('runSynchronously, of an owner that has as many requests under way as it may', () => {
  it('refuses one more before anything is reserved or stored', () =>
    inWorld({}, async (world) => {
      await takePlaces(world, maxSynchronous);
      await expect(world.run({ seconds: 60 })).rejects.toMatchObject({
        code: 'unavailable',
        retryAfterSeconds: 5,
        message: expect.stringContaining('Nothing was accepted'),
      });
      expect(world.fixture.jobs.records()).toEqual([]);
      expect([...world.fixture.images.objects.keys()]).toEqual([]);
      expect(await world.usage.find('vk_1')).toBeUndefined();
    }));

  it('names the job of a twin that it can not let wait', () =>
    inWorld(slow, async (world) => {
      const run = await world.run({ seconds: 120 });
      await takePlaces(world, maxSynchronous - 1);
      await expect(world.run({ seconds: 120 })).rejects.toMatchObject({ job: { id: run.job.id }, mayRetry: false });
      await restOf(run);
    }));

  it('needs a place for a job that has ended, too: whoever is slow to take its images holds the function', () =>
    inWorld({}, async (world) => {
      const run = await world.run({ seconds: 60 });
      await restOf(run);
      await takePlaces(world, maxSynchronous - 1);
      const again = await world.run({ seconds: 60 });
      expect(again).toMatchObject({ replayed: true, job: { status: 'completed' } });
      expect(resultOf(await again.outcome)).toEqual(resultOf(await run.outcome));
      await expect(world.run({ seconds: 60 })).rejects.toMatchObject({ job: { id: run.job.id } });
      await restOf(again);
      await restOf(await world.run({ seconds: 60 }));
    }));

  it('has its place back when all is done, and not when it is answered', () =>
    inWorld(slow, async (world) => {
      const run = await world.run({ seconds: 20 });
      await takePlaces(world, maxSynchronous - 1);
      await run.outcome;
      const enter = () => world.fixture.waits.enter('vk_1', 'next', noon + 900_000);
      expect(await enter()).toBe(false);
      await restOf(run);
      expect(await enter()).toBe(true);
    }));
});
