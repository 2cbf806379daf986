import { describe, expect, it } from 'vitest';
import { failOverdue } from '../../../lambda/domain/jobs/endings.ts';
import { acceptedJob, isOpen, type Job } from '../../../lambda/domain/jobs/job.ts';
import { claim } from '../../../lambda/domain/jobs/transitions.ts';
import { createJobWorld, type JobWorld, type Story } from '../../support/job-world.ts';
import { createMemoryJobStore } from '../../support/memory-job-store.ts';
import { noon, sampleJob } from '../../support/sample-job.ts';
import fc from '../../support/seeded-fast-check.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';
import { type Act, createWorkerFixture } from '../../support/worker-fixture.ts';

const deadlineSeconds = 600;
/** Clocks may be five seconds apart, and each is half of it off. */
const skews = [2500, -2500, 0];
const skewSeconds = 5;
const neverArrives = { copies: 0, lateSeconds: 0 };

/** Lets a job live until its last moment, and gives it as it then stands in the store. */
async function atTheEnd(story: Story, meanwhile: (world: JobWorld, id: string) => Promise<void> = async () => {}) {
  return inVirtualTime(noon, deadlineSeconds + 200, async () => {
    const world = createJobWorld({ deadlineSeconds, ...story });
    const { job } = await world.submit();
    void meanwhile(world, job.id);
    await seconds((job.deadlineAt - Date.now()) / 1000 + 60 + skewSeconds);
    world.stop();
    return { world, job: (await world.fixture.jobs.find(job.id)) as Job, deadlineAt: job.deadlineAt };
  });
}

const wait: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 5000 });
const sweepAtAnySecond = fc.integer({ min: 1, max: 60 });

describe('a job past its deadline', () => {
  it('is ended by the sweep where every message to it was lost, and nobody asks', async () => {
    await fc.assert(
      fc.asyncProperty(sweepAtAnySecond, async (firstSweepAfter) => {
        const faults = Array(50).fill(neverArrives);
        const { world, job } = await atTheEnd({ faults, firstSweepAfter, skews });
        expect(job).toMatchObject({ status: 'failed', failure: { code: 'deadline_exceeded' } });
        expect(world.provider.requests).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('is ended by its own wake-up where the provider says to come back too late', async () => {
    const fixture = createWorkerFixture([wait], { resume: [wait] });
    await fixture.accept();
    await fixture.process();
    expect(await fixture.job()).toMatchObject({ dueAt: fixture.order.deadlineAt });
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { hop: 1 }, delaySeconds: 900 }]);
    fixture.clock.set(fixture.order.deadlineAt);
    await fixture.process({}, { hop: 1 });
    expect(await fixture.job()).toMatchObject({ status: 'failed', failure: { code: 'deadline_exceeded' } });
  });

  it('is ended where its worker was killed shortly before, whenever the sweep comes', async () => {
    const lastMinute = fc.integer({ min: deadlineSeconds - 75, max: deadlineSeconds - 5 });
    let leased = 0;
    await fc.assert(
      fc.asyncProperty(sweepAtAnySecond, lastMinute, fc.boolean(), async (firstSweepAfter, afterSeconds, arrives) => {
        // Work that goes on for too long is asked after each quarter of a minute, and one who asks is killed.
        const script = [{ takesSeconds: 1000, says: 'ticket' }] as const;
        const lateCrash = { afterSeconds, atCall: 3, arrives };
        const { world, job, deadlineAt } = await atTheEnd({ script, lateCrash, firstSweepAfter, skews });
        const killed = world.works.find(({ invocation }) => invocation.killedAt !== undefined);
        if (killed && (killed.invocation.killedAt ?? 0) < deadlineAt) leased += 1;
        expect(isOpen(job)).toBe(false);
      }),
      { numRuns: 200 },
    );
    expect(leased).toBeGreaterThan(30); // else no lease was alive at the end
  });

  it("is ended by then also where a stage's leases are long", async () => {
    const job = sampleJob({ createdAt: noon - 900_000, deadlineAt: noon });
    const jobs = createMemoryJobStore();
    await jobs.create(acceptedJob(job));
    await jobs.apply(job.id, claim(0, noon - 1000, 900));
    for (const [now, applied] of [
      [noon + 44_999, false],
      [noon + 45_000, true],
    ] as const) {
      expect(await jobs.apply(job.id, failOverdue(job, now, 900))).toMatchObject({ applied });
    }
  });

  it('is ended by whoever asks for it, at its deadline', async () => {
    await inVirtualTime(noon, deadlineSeconds + 200, async () => {
      const faults = Array(50).fill(neverArrives);
      const world = createJobWorld({ deadlineSeconds, faults });
      world.stop();
      const { job } = await world.submit();
      await seconds(deadlineSeconds - 0.001);
      expect((await world.get(job.id)).job.status).toBe('pending');
      await seconds(0.001);
      expect((await world.get(job.id)).job).toMatchObject({ status: 'failed', completedAt: job.deadlineAt });
    });
  });
});
