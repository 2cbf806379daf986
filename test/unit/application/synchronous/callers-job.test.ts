import { describe, expect, it } from 'vitest';
import { isOpen, type Job } from '../../../../lambda/domain/jobs/job.ts';
import { createJobWorld, type JobWorld, type RunOptions, type Story } from '../../../support/job-world.ts';
import { noon } from '../../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../../support/virtual-time.ts';

const apiKey = 'own-key-of-the-caller';
const providerKey = { apiKey };

/** A synchronous request that brings its provider's key, within a minute, and what becomes of its job. */
async function lived(
  story: Story,
  options: Partial<RunOptions> = {},
  meanwhile: (world: JobWorld, job: Job) => Promise<unknown> = async () => {},
) {
  return inVirtualTime(noon, 3000, async () => {
    const world = createJobWorld(story);
    const transitions: string[] = [];
    world.watch((name) => transitions.push(name));
    const run = await world.run({ seconds: 60, providerKey, ...options });
    void meanwhile(world, run.job);
    const answer = await run.outcome;
    const answeredAfter = (Date.now() - noon) / 1000;
    if (options.crash === undefined) await run.rest();
    for (let job: Job | undefined = answer; job && isOpen(job); job = await world.fixture.jobs.find(answer.id))
      await seconds(1);
    await seconds(200);
    world.stop();
    const end = (await world.fixture.jobs.find(answer.id)) as Job;
    return { world, transitions, answer, answeredAfter, end };
  });
}

/** A provider whose tasks can't be stopped. */
const withoutCancel: NonNullable<RunOptions['over']> = (own) => ({
  provider: (name) => ({ ...own.provider(name), cancel: async () => {} }),
});

const onlyOwnKey = ({ provider }: JobWorld): boolean => provider.apiKeys.every((each) => each === apiKey);

describe('a job with the key of its caller', () => {
  it('makes its requests with that key, of which nothing is kept', async () => {
    const { world, answer } = await lived({ script: [{ takesSeconds: 5, says: 'images' }] });
    expect(answer).toMatchObject({ status: 'completed', credential: 'caller', attempts: [{ keyDigest: 'caller' }] });
    expect(world.provider.apiKeys).toEqual([apiKey]);
    const kept = [
      world.fixture.jobs.records(),
      [...world.fixture.images.objects.values()].map(String),
      world.fixture.events,
    ];
    expect(JSON.stringify(kept)).not.toContain(apiKey);
    expect(await world.usage.find('vk_1')).toMatchObject({ open: [] });
  });

  it.each([
    ['is refused', 'auth', 'provider_auth'],
    ['meets a limit of rate', 'rate_limited', 'unavailable'],
  ] as const)('closes no gate where the key %s', async (_, says, code) => {
    const script = Array.from({ length: 40 }, () => ({ takesSeconds: 1, says }));
    const { world, answer } = await lived({ script });
    expect(answer).toMatchObject({ status: 'failed', failure: { code } });
    for (const event of ['key_in_cooldown', 'gate_closed', 'model_refused', 'attempt_held']) {
      expect(world.codes()).not.toContain(event);
    }
    expect(onlyOwnKey(world)).toBe(true);
  });

  it('says whose key was refused', async () => {
    const { answer } = await lived({ script: [{ takesSeconds: 1, says: 'auth' }] });
    expect(answer).toMatchObject({
      failure: { code: 'provider_auth', message: 'The provider refused the key that the request brought: auth' },
    });
  });

  it('ends rather than wait for a ticket beyond the limit: the task is cancelled with the key at hand', async () => {
    const { world, answer, answeredAfter, end, transitions } = await lived({
      script: [{ takesSeconds: 200, says: 'ticket' }],
    });
    expect(answeredAfter).toBeGreaterThan(54);
    expect(answeredAfter).toBeLessThan(60);
    expect(answer).toEqual(end);
    expect(end).toMatchObject({ status: 'failed', claim: 1, attempts: [{ outcome: 'refused' }] });
    expect(world.provider.requests).toMatchObject([{ ticket: { calledOff: true } }]);
    expect(onlyOwnKey(world)).toBe(true);
    expect([world.works, transitions.includes('scheduleNextHop')]).toEqual([[], false]);
  });

  it('gets the images of a task that finishes by the limit, after its last poll', async () => {
    // Polled about 51 seconds after its start, for the last time.
    const { answer } = await lived({ script: [{ takesSeconds: 53, says: 'ticket' }] }, { over: withoutCancel });
    expect(answer).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
  });

  it('has an unknown outcome if the provider does not confirm that the task was cancelled', async () => {
    const { answer } = await lived({ script: [{ takesSeconds: 200, says: 'ticket' }] }, { over: withoutCancel });
    expect(answer).toMatchObject({
      status: 'failed',
      failure: { code: 'provider_timeout' },
      attempts: [{ outcome: 'unknown_outcome', billed: 'unknown' }],
    });
  });

  it('closes the entry of a task whose images can not be stored', async () => {
    const over: RunOptions['over'] = (own) => ({
      ...withoutCancel(own),
      images: { ...own.images, save: () => Promise.reject(new Error('The bucket is down.')) },
    });
    const { answer, world } = await lived({ script: [{ takesSeconds: 20, says: 'ticket' }] }, { over });
    expect(answer).toMatchObject({ status: 'failed', attempts: [{ outcome: 'not_stored', billed: 'yes' }] });
    expect(world.provider.requests).toHaveLength(1);
  });

  it('ends with its last failure rather than wait for a backoff beyond the limit', async () => {
    const { world, end, transitions } = await lived(
      { script: Array.from({ length: 3 }, () => ({ takesSeconds: 1, says: 'overloaded' as const })) },
      { seconds: 4 },
    );
    expect(end).toMatchObject({ status: 'failed', failure: { code: 'provider_error' } });
    expect([world.works, transitions.includes('scheduleNextHop')]).toEqual([[], false]);
  });

  it('is completed after the limit by what was asked before it', async () => {
    const { world, answer, answeredAfter, end } = await lived({ script: [{ takesSeconds: 100, says: 'images' }] });
    expect([isOpen(answer), answeredAfter]).toEqual([true, 60]);
    expect(end).toMatchObject({ status: 'completed', completedAt: noon + 100_000, claim: 1 });
    expect(world.works).toEqual([]);
  });

  it('is not asked for again after the limit', async () => {
    const { world, end } = await lived({ script: [{ takesSeconds: 100, says: 'overloaded' }] });
    expect(end).toMatchObject({ status: 'failed', claim: 1, attempts: [{ outcome: 'overloaded' }] });
    expect(world.provider.requests).toHaveLength(1);
  });

  it('has its task cancelled by its own function, if its caller cancels it', async () => {
    const { world, end } = await lived(
      { script: [{ takesSeconds: 200, says: 'ticket' }] },
      { seconds: 120 },
      async ({ cancel }, { id }) => {
        await seconds(10);
        await cancel(id);
      },
    );
    expect(end).toMatchObject({ status: 'cancelled', attempts: [{ outcome: 'abandoned', billed: 'unknown' }] });
    expect(world.provider.requests).toMatchObject([{ ticket: { calledOff: true } }]);
    expect(onlyOwnKey(world)).toBe(true);
  });

  it('answers its replay without another request', async () => {
    const { world, answer } = await lived({ script: [{ takesSeconds: 20, says: 'images' }] }, {}, async ({ run }) => {
      await seconds(5);
      const twin = await run({ seconds: 60, providerKey: { apiKey: 'another-key-of-the-caller' } });
      expect(await twin.outcome).toMatchObject({ status: 'completed' });
    });
    expect(answer.status).toBe('completed');
    expect(world.provider.apiKeys).toEqual([apiKey]);
  });
});

/** Every call of the function, and whether that call still arrives. */
const crashes = Array.from({ length: 24 }, (_, at) => [
  { atCall: at + 1, arrives: false },
  { atCall: at + 1, arrives: true },
]).flat();

describe('a job whose function was lost with the key', () => {
  it.each(crashes)(
    'is ended by a worker that asks for nothing, wherever it was lost: $atCall, $arrives',
    async (crash) => {
      for (const says of ['images', 'ticket'] as const) {
        await inVirtualTime(noon, 3000, async () => {
          const world = createJobWorld({ script: [{ takesSeconds: 20, says }] });
          void world
            .run({ seconds: 60, providerKey, crash })
            .then((run) => run.rest())
            .catch(() => {});
          await seconds(30);
          const sent = world.provider.apiKeys.length;
          await seconds(1000);
          world.stop();
          const job = world.record();
          expect(onlyOwnKey(world)).toBe(true);
          if (job === undefined) return;
          expect(world.provider.apiKeys.length).toBeLessThanOrEqual(says === 'ticket' ? sent + 3 : sent);
          expect(['completed', 'failed']).toContain(job.status);
          expect(job.attempts.every(({ outcome }) => outcome !== 'started')).toBe(true);
          expect(world.provider.requests.length).toBeLessThanOrEqual(1);
        });
      }
    },
  );

  it("leaves its task to the provider, also if its caller cancels it: the stage's key is for another account", async () => {
    await inVirtualTime(noon, 3000, async () => {
      const world = createJobWorld({ script: [{ takesSeconds: 600, says: 'ticket' }] });
      const run = await world.run({ seconds: 60, providerKey, over: () => ({ timers: { after: () => () => {} } }) });
      await seconds(20);
      await world.cancel(run.job.id);
      await seconds(600);
      world.stop();
      expect(world.record()).toMatchObject({ status: 'cancelled', attempts: [{ outcome: 'abandoned' }] });
      expect(world.provider.requests).toMatchObject([{ ticket: { calledOff: false } }]);
      expect(onlyOwnKey(world)).toBe(true);
    });
  });

  it('says that the outcome is unknown', async () => {
    const { world, job } = await inVirtualTime(noon, 3000, async () => {
      const world = createJobWorld({ script: [{ takesSeconds: 200, says: 'images' }] });
      let isDead = false;
      const never = new Promise<never>(() => {});
      const over: RunOptions['over'] = (own) => ({
        jobs: { ...own.jobs, apply: (id, change) => (isDead ? never : own.jobs.apply(id, change)) },
      });
      void world.run({ seconds: 60, providerKey, over });
      await seconds(20);
      isDead = true;
      await seconds(600);
      world.stop();
      return { world, job: world.record() };
    });
    expect(job).toMatchObject({
      status: 'failed',
      failure: {
        code: 'provider_timeout',
        message: expect.stringContaining('outcome of its provider request is unknown'),
      },
      attempts: [{ outcome: 'abandoned', billed: 'unknown' }],
    });
    expect(world.provider.requests).toHaveLength(1);
  });
});
