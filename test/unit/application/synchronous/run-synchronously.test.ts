import { describe, expect, it } from 'vitest';
import { isOpen, type Job } from '../../../../lambda/domain/jobs/job.ts';
import { createJobWorld, type JobWorld, type RunOptions, type Story } from '../../../support/job-world.ts';
import { noon } from '../../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../../support/virtual-time.ts';

const secondsSince = (at: number): number => Math.round((Date.now() - at) / 1000);

/** One synchronous request, and all that comes after it: what it is answered, when, and how the job ends. */
async function told(
  story: Story,
  options: RunOptions,
  meanwhile: (world: JobWorld, job: Job) => Promise<unknown> = async () => {},
) {
  return inVirtualTime(noon, 3000, async () => {
    const world = createJobWorld(story);
    const transitions: string[] = [];
    world.watch((name) => transitions.push(name));
    const run = await world.run(options);
    void meanwhile(world, run.job);
    let restAfter = Number.NaN;
    const rest = run.rest().then(() => {
      restAfter = secondsSince(noon);
    });
    const answer = await run.outcome;
    const answeredAfter = secondsSince(noon);
    await rest;
    for (let job: Job | undefined = answer; job && isOpen(job); job = await world.fixture.jobs.find(answer.id))
      await seconds(1);
    world.stop();
    const end = (await world.fixture.jobs.find(answer.id)) as Job;
    return { world, run, transitions, answer, answeredAfter, restAfter, end };
  });
}

describe('runSynchronously', () => {
  it('answers with the job as it ended, which was born claimed and needed no wake-up', async () => {
    const { world, run, answer, end, transitions } = await told(
      { script: [{ takesSeconds: 20, says: 'images' }] },
      { seconds: 60 },
    );
    expect(run).toMatchObject({ replayed: false, job: { status: 'processing', claim: 1, leaseHeld: 1, hop: 0 } });
    expect(answer).toMatchObject({ status: 'completed', completedAt: noon + 20_000 });
    expect(answer).toEqual(end);
    expect(world).toMatchObject({ works: [], unrecorded: [] });
    expect(transitions).not.toContain('claim');
    expect((await world.usage.find('vk_1'))?.open).toEqual([]);
  });

  it('answers with the failure of a job that has failed', async () => {
    const { answer, answeredAfter } = await told({ script: [{ takesSeconds: 5, says: 'refused' }] }, { seconds: 60 });
    expect(answer).toMatchObject({ status: 'failed', failure: { code: 'content_refused' } });
    expect(answeredAfter).toBe(5);
  });

  it('answers at its limit where a request is open, keeps the lease, and ends the job with what comes of it', async () => {
    const { world, answer, answeredAfter, restAfter, end, transitions } = await told(
      { script: [{ takesSeconds: 200, says: 'images' }] },
      { seconds: 60 },
    );
    expect([answer.status, answeredAfter]).toEqual(['processing', 60]);
    expect(end).toMatchObject({ status: 'completed', completedAt: noon + 200_000, claim: 1, crashes: 0 });
    expect(restAfter).toBe(200);
    expect(transitions.filter((name) => name === 'renew')).toHaveLength(4);
    expect([world.works, world.provider.requests.length]).toEqual([[], 1]);
  });

  it('records the outcome of what was open at its limit, and leaves what is to be started to a worker', async () => {
    const { world, answer, answeredAfter, restAfter, end } = await told(
      { script: [{ takesSeconds: 100, says: 'overloaded' }] },
      { seconds: 60 },
    );
    expect([answer.status, answeredAfter, restAfter]).toEqual(['processing', 60, 100]);
    expect(end).toMatchObject({ status: 'completed', claim: 2, crashes: 0 });
    expect(end.attempts).toMatchObject([{ outcome: 'overloaded' }, { outcome: 'succeeded' }]);
    expect(world.works).toHaveLength(1);
    expect(world.provider.requests[1]?.at).toBeGreaterThanOrEqual(world.works[0]?.startedAt ?? Number.NaN);
  });

  it.each([
    ['a ticket', [{ takesSeconds: 40, says: 'ticket' }], 1],
    [
      'a backoff longer than a worker waits',
      [
        { takesSeconds: 1, says: 'overloaded' },
        { takesSeconds: 1, says: 'overloaded' },
      ],
      3,
    ],
    ['a gate', [{ takesSeconds: 1, says: 'rate_limited' }], 2],
  ] satisfies [string, Story['script'], number][])('waits in place for %s', async (_, script, requests) => {
    const { world, answer, transitions } = await told({ script }, { seconds: 120 });
    expect(answer.status).toBe('completed');
    expect(world.provider.requests).toHaveLength(requests);
    expect(world.works).toEqual([]);
    expect(transitions).not.toContain('scheduleNextHop');
  });

  it('puts a job to sleep whose ticket outlives the limit, and follows it until then', async () => {
    const { world, answer, answeredAfter, end } = await told(
      { script: [{ takesSeconds: 200, says: 'ticket' }] },
      { seconds: 60 },
    );
    expect(isOpen(answer)).toBe(true);
    expect(answeredAfter).toBe(60);
    expect(end).toMatchObject({ status: 'completed', crashes: 0 });
    expect(world.provider.requests).toHaveLength(1);
    expect(world.works.length).toBeGreaterThan(0);
  });

  it('answers with the cancellation of a job that its caller cancels meanwhile', async () => {
    const { world, answer, answeredAfter } = await told(
      { script: [{ takesSeconds: 200, says: 'images' }] },
      { seconds: 120 },
      async ({ cancel }, { id }) => {
        await seconds(10);
        await cancel(id);
      },
    );
    expect(answer).toMatchObject({ status: 'cancelled', failure: { code: 'cancelled' } });
    // With the heartbeat after that.
    expect(answeredAfter).toBe(45);
    expect(world.codes()).toContain('job_lost');
    expect(world.provider.requests).toMatchObject([{ hungUp: true }]);
  });

  it('starts nothing for a key that was blocked meanwhile', async () => {
    const { world, answer } = await told(
      {},
      { seconds: 60, over: () => ({ virtualKeys: { find: async () => undefined } }) },
    );
    expect(answer).toMatchObject({ status: 'cancelled', failure: { code: 'virtual_key_blocked' } });
    expect(world.provider.requests).toEqual([]);
  });

  it('tells its witness that a provider is about to be asked, once the ledger says so', async () => {
    const seen: unknown[] = [];
    await inVirtualTime(noon, 100, async () => {
      const world = createJobWorld();
      const asking = () => seen.push(world.record()?.attempts.at(-1)?.outcome, world.provider.requests.length);
      const run = await world.run({ seconds: 60, witness: { partialImages: 0, asking, partial: () => {} } });
      await run.rest();
      world.stop();
    });
    expect(seen).toEqual(['started', 0]);
  });
});
