import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../../../lambda/adapters/system-timers.ts';
import { getJob } from '../../../../lambda/application/serve/get-job.ts';
import type { Operation } from '../../../../lambda/domain/generation.ts';
import { cancel, complete, erase } from '../../../../lambda/domain/jobs/endings.ts';
import type { OpenJob } from '../../../../lambda/domain/jobs/job.ts';
import { scheduleNextHop } from '../../../../lambda/domain/jobs/transitions.ts';
import type { Clock, JobStore, Timers } from '../../../../lambda/domain/ports.ts';
import { createApiFixture, noWait, sampleCaller } from '../../../support/api-fixture.ts';
import { noon, sampleAttempt } from '../../../support/sample-job.ts';

const deadline = noon + 1800_000;
const result = { images: [], provider: 'openai', model: 'm', latency: 1, warnings: [], rawRequestKey: 'raw' };

/** Nobody waits in earnest: the looks move the clock on. */
const hasty: Timers = { after: (_, callback) => systemTimers.after(0, callback) };

async function createGetFixture(over = {}) {
  const fixture = createApiFixture();
  await fixture.accept(over);
  const get = ({
    owner = 'vk_1',
    operation = 'generation' as Operation,
    id = fixture.order.id,
    wait = 0,
    jobs = fixture.jobs as JobStore,
    clock = fixture.clock as Clock,
    waits = fixture.waits,
  } = {}) =>
    getJob({ ...fixture, jobs, clock, timers: hasty, waits }, sampleCaller({ owner }), operation, id, {
      ...{ until: clock.now() + wait * 1000, grantedSeconds: wait, functionEndsAt: clock.now() + 300_000 },
    });
  async function end(): Promise<void> {
    const job = await fixture.jobs.find(fixture.order.id);
    if (job) await fixture.jobs.apply(job.id, cancel(job, fixture.clock.now()));
  }
  return { ...fixture, get, end };
}

const notFound = { code: 'not_found', message: 'There is no such job, or it has expired.' };

describe('getJob', () => {
  it("is the same 404 for an unknown id, no id, another owner's and another operation's job", async () => {
    const fixture = await createGetFixture();
    expect((await fixture.get()).job.status).toBe('pending');
    for (const other of [
      { id: '3f2f6a52-1111-4a5b-8c3d-000000000009' },
      { id: 'no-uuid' },
      { id: fixture.order.id.toUpperCase() },
      { owner: 'vk_2' },
      { operation: 'edit' as const },
    ]) {
      await expect(fixture.get(other)).rejects.toMatchObject(notFound);
    }
  });

  it('shows a job to the millisecond before it expires, and not after', async () => {
    const fixture = await createGetFixture();
    await fixture.end();
    fixture.clock.set(noon + 3600_000 - 1);
    expect((await fixture.get()).job.status).toBe('cancelled');
    fixture.clock.advance(0.001);
    await expect(fixture.get()).rejects.toMatchObject(notFound);
  });

  it('knows nothing of a deleted job', async () => {
    const fixture = await createGetFixture();
    await fixture.end();
    const job = await fixture.jobs.find(fixture.order.id);
    if (job) await fixture.jobs.apply(job.id, erase(job, noon));
    await expect(fixture.get()).rejects.toMatchObject(notFound);
  });

  it('takes a store that is down for a fault, not for a job that is not there', async () => {
    const fixture = await createGetFixture();
    const jobs = { ...fixture.jobs, find: () => Promise.reject(new Error('down')) };
    await expect(fixture.get({ jobs })).rejects.toThrow('down');
  });

  it('fails an overdue job, which is then seen for its whole time', async () => {
    const fixture = await createGetFixture();
    fixture.clock.set(deadline - 1);
    expect((await fixture.get()).job.status).toBe('pending');
    fixture.clock.set(deadline + 30_000);
    const { job } = await fixture.get();
    expect(job).toMatchObject({
      status: 'failed',
      failure: { code: 'deadline_exceeded' },
      completedAt: deadline + 30_000,
      expiresAt: deadline + 30_000 + 3600_000,
    });
    expect(await fixture.jobs.find(job.id)).toEqual(job);
  });

  it('waits with that for a live lease, up to 45 seconds', async () => {
    const fixture = await createGetFixture();
    fixture.clock.set(deadline - 10_000);
    await fixture.work();
    fixture.clock.set(deadline + 44_999);
    expect((await fixture.get()).job.status).toBe('processing');
    fixture.clock.set(deadline + 45_000);
    expect((await fixture.get()).job.status).toBe('failed');
  });

  it('shows the failure of an overdue job however short its result was to live, and keeps its ledger', async () => {
    const fixture = await createGetFixture({ resultTtlSeconds: 1 });
    fixture.clock.set(deadline + 45_000);
    expect((await fixture.get()).job).toMatchObject({ status: 'failed', expiresAt: deadline + 46_000 });
    fixture.clock.set(deadline + 46_000);
    await expect(fixture.get()).rejects.toMatchObject(notFound);
    const record = fixture.jobs.record(fixture.order.id);
    expect(record?.ttl).toBe((deadline + 45_000) / 1000 + 48 * 3600);
  });

  it('fetches what was kept of the provider, if the result names it', async () => {
    const fixture = await createGetFixture();
    await fixture.images.putJson('raw', { model: 'm' });
    const job = await fixture.work();
    await fixture.jobs.apply(job.id, complete(job, sampleAttempt({ outcome: 'succeeded' }), result, noon));
    expect(await fixture.get()).toMatchObject({ job: { status: 'completed' }, rawRequest: { model: 'm' } });
    expect(await fixture.get()).not.toHaveProperty('rawResponse');
  });
});

describe('getJob, where what was kept of the provider can not be read', () => {
  it('gives the job without it, and tells the log', async () => {
    const fixture = await createGetFixture();
    const job = await fixture.work();
    await fixture.jobs.apply(job.id, complete(job, sampleAttempt({ outcome: 'succeeded' }), result, noon));
    const denied = async (): Promise<never> => Promise.reject(new Error('Access Denied'));
    const found = await getJob(
      { ...fixture, images: { findJson: denied } },
      sampleCaller(),
      'generation',
      job.id,
      noWait,
    );
    expect(found.job.status).toBe('completed');
    expect(found).not.toHaveProperty('rawRequest');
    expect(fixture.events).toContainEqual(
      expect.objectContaining({ code: 'raw_not_read', fields: { jobId: job.id }, cause: new Error('Access Denied') }),
    );
  });
});

describe('getJob, with a caller who waits', () => {
  /** Each look moves the clock on, after something has happened. */
  const looking = (
    fixture: Awaited<ReturnType<typeof createGetFixture>>,
    happens: (look: number) => Promise<unknown>,
  ) => {
    let polls = 0;
    const find: JobStore['find'] = async (id) => {
      polls += 1;
      if (polls > 1) {
        fixture.clock.advance(5);
        await happens(polls);
      }
      return fixture.jobs.find(id);
    };
    return { ...fixture.jobs, find };
  };

  it('answers when the job ends', async () => {
    const fixture = await createGetFixture();
    const jobs = looking(fixture, async (look) => look === 3 && fixture.end());
    expect((await fixture.get({ wait: 20, jobs })).job.status).toBe('cancelled');
  });

  it('tells for how long it was granted to, and that the caller of an owner without a wait left was granted none', async () => {
    const fixture = await createGetFixture();
    const jobs = looking(fixture, async (look) => look === 3 && fixture.end());
    expect((await fixture.get({ wait: 20, jobs })).waitedSeconds).toBe(20);
    const other = await createGetFixture();
    const waits = { ...other.waits, enter: async () => false };
    const found = await other.get({ wait: 20, jobs: looking(other, async () => {}), waits });
    expect(found).toMatchObject({ job: { status: 'pending' }, waitedSeconds: 0 });
    expect(other.clock.now()).toBe(noon);
  });

  it('answers with the open job when the time is over', async () => {
    const fixture = await createGetFixture();
    expect((await fixture.get({ wait: 10, jobs: looking(fixture, async () => {}) })).job.status).toBe('pending');
    expect(fixture.clock.now()).toBe(noon + 10_000);
  });

  it('goes on when one of its looks fails', async () => {
    const fixture = await createGetFixture();
    const jobs = looking(fixture, async (look) => {
      if (look === 2) throw new Error('down');
      await fixture.end();
    });
    expect((await fixture.get({ wait: 20, jobs })).job.status).toBe('cancelled');
  });

  it('answers in time though one of its looks is never answered', async () => {
    const fixture = await createGetFixture();
    const startedAt = performance.now();
    const clock = { now: () => noon + performance.now() - startedAt };
    let polls = 0;
    const find: JobStore['find'] = (id) => (polls++ === 0 ? fixture.jobs.find(id) : new Promise(() => {}));
    expect((await fixture.get({ wait: 1, jobs: { ...fixture.jobs, find }, clock })).job.status).toBe('pending');
  });

  it('knows nothing of a job that is deleted meanwhile', async () => {
    const fixture = await createGetFixture();
    const jobs = looking(fixture, async () => {
      await fixture.end();
      const job = await fixture.jobs.find(fixture.order.id);
      if (job) await fixture.jobs.apply(job.id, erase(job, fixture.clock.now()));
    });
    await expect(fixture.get({ wait: 20, jobs })).rejects.toMatchObject(notFound);
  });

  it('settles a job whose deadline passes meanwhile', async () => {
    const fixture = await createGetFixture();
    fixture.clock.set(deadline - 4000);
    const held = await fixture.work();
    await fixture.jobs.apply(held.id, scheduleNextHop(held as OpenJob, deadline));
    const { job } = await fixture.get({ wait: 5, jobs: looking(fixture, async () => {}) });
    expect(job).toMatchObject({ status: 'failed', completedAt: fixture.clock.now() });
  });
});
