import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../../../lambda/adapters/system-timers.ts';
import { getJob } from '../../../../lambda/application/serve/get-job.ts';
import type { Operation } from '../../../../lambda/domain/generation.ts';
import { cancel, complete, erase } from '../../../../lambda/domain/jobs/endings.ts';
import type { OpenJob } from '../../../../lambda/domain/jobs/job.ts';
import { release } from '../../../../lambda/domain/jobs/transitions.ts';
import type { Clock, JobStore, Timers } from '../../../../lambda/domain/ports.ts';
import { createApiBench, noWait, sampleCaller } from '../../../support/api-bench.ts';
import { noon, sampleAttempt } from '../../../support/sample-job.ts';

const deadline = noon + 1800_000;
const result = { images: [], provider: 'openai', model: 'm', latency: 1, warnings: [], rawRequestKey: 'raw' };

/** Nobody waits in earnest: the looks move the clock on. */
const hasty: Timers = { after: (_, callback) => systemTimers.after(0, callback) };

async function createGetBench(over = {}) {
  const bench = createApiBench();
  await bench.accept(over);
  const get = ({
    owner = 'vk_1',
    operation = 'generation' as Operation,
    id = bench.order.id,
    wait = 0,
    jobs = bench.jobs as JobStore,
    clock = bench.clock as Clock,
    waits = bench.waits,
  } = {}) =>
    getJob({ ...bench, jobs, clock, timers: hasty, waits }, sampleCaller({ owner }), operation, id, {
      ...{ until: clock.now() + wait * 1000, grantedSeconds: wait, functionEndsAt: clock.now() + 300_000 },
    });
  async function end(): Promise<void> {
    const job = await bench.jobs.find(bench.order.id);
    if (job) await bench.jobs.apply(job.id, cancel(job, bench.clock.now()));
  }
  return { ...bench, get, end };
}

const notFound = { code: 'not_found', message: 'There is no such job, or it has expired.' };

describe('getJob', () => {
  it("is the same 404 for an unknown id, no id, another owner's and another operation's job", async () => {
    const bench = await createGetBench();
    expect((await bench.get()).job.status).toBe('pending');
    for (const other of [
      { id: '3f2f6a52-1111-4a5b-8c3d-000000000009' },
      { id: 'no-uuid' },
      { id: bench.order.id.toUpperCase() },
      { owner: 'vk_2' },
      { operation: 'edit' as const },
    ]) {
      await expect(bench.get(other)).rejects.toMatchObject(notFound);
    }
  });

  it('shows a job to the millisecond before it expires, and not after', async () => {
    const bench = await createGetBench();
    await bench.end();
    bench.clock.set(noon + 3600_000 - 1);
    expect((await bench.get()).job.status).toBe('cancelled');
    bench.clock.advance(0.001);
    await expect(bench.get()).rejects.toMatchObject(notFound);
  });

  it('knows nothing of a deleted job', async () => {
    const bench = await createGetBench();
    await bench.end();
    const job = await bench.jobs.find(bench.order.id);
    if (job) await bench.jobs.apply(job.id, erase(job, noon));
    await expect(bench.get()).rejects.toMatchObject(notFound);
  });

  it('takes a store that is down for a fault, not for a job that is not there', async () => {
    const bench = await createGetBench();
    const jobs = { ...bench.jobs, find: () => Promise.reject(new Error('down')) };
    await expect(bench.get({ jobs })).rejects.toThrow('down');
  });

  it('fails an overdue job, which is then seen for its whole time', async () => {
    const bench = await createGetBench();
    bench.clock.set(deadline - 1);
    expect((await bench.get()).job.status).toBe('pending');
    bench.clock.set(deadline + 30_000);
    const { job } = await bench.get();
    expect(job).toMatchObject({
      status: 'failed',
      failure: { code: 'deadline_exceeded' },
      completedAt: deadline + 30_000,
      expiresAt: deadline + 30_000 + 3600_000,
    });
    expect(await bench.jobs.find(job.id)).toEqual(job);
  });

  it('waits with that for a live lease, up to 45 seconds', async () => {
    const bench = await createGetBench();
    bench.clock.set(deadline - 10_000);
    await bench.work();
    bench.clock.set(deadline + 44_999);
    expect((await bench.get()).job.status).toBe('processing');
    bench.clock.set(deadline + 45_000);
    expect((await bench.get()).job.status).toBe('failed');
  });

  it('shows the failure of an overdue job however short its result was to live, and keeps its ledger', async () => {
    const bench = await createGetBench({ resultTtlSeconds: 1 });
    bench.clock.set(deadline + 45_000);
    expect((await bench.get()).job).toMatchObject({ status: 'failed', expiresAt: deadline + 46_000 });
    bench.clock.set(deadline + 46_000);
    await expect(bench.get()).rejects.toMatchObject(notFound);
    const record = bench.jobs.record(bench.order.id);
    expect(record?.ttl).toBe((deadline + 45_000) / 1000 + 48 * 3600);
  });

  it('fetches what was kept of the provider, if the result names it', async () => {
    const bench = await createGetBench();
    await bench.images.putJson('raw', { model: 'm' });
    const job = await bench.work();
    await bench.jobs.apply(job.id, complete(job, sampleAttempt({ outcome: 'succeeded' }), result, noon));
    expect(await bench.get()).toMatchObject({ job: { status: 'completed' }, rawRequest: { model: 'm' } });
    expect(await bench.get()).not.toHaveProperty('rawResponse');
  });
});

describe('getJob, where what was kept of the provider can not be read', () => {
  it('gives the job without it, and tells the log', async () => {
    const bench = await createGetBench();
    const job = await bench.work();
    await bench.jobs.apply(job.id, complete(job, sampleAttempt({ outcome: 'succeeded' }), result, noon));
    const denied = async (): Promise<never> => Promise.reject(new Error('Access Denied'));
    const found = await getJob(
      { ...bench, images: { findJson: denied } },
      sampleCaller(),
      'generation',
      job.id,
      noWait,
    );
    expect(found.job.status).toBe('completed');
    expect(found).not.toHaveProperty('rawRequest');
    expect(bench.events).toContainEqual(
      expect.objectContaining({ code: 'raw_not_read', fields: { jobId: job.id }, cause: new Error('Access Denied') }),
    );
  });
});

describe('getJob, with a caller who waits', () => {
  /** Each look moves the clock on, after something has happened. */
  const looking = (bench: Awaited<ReturnType<typeof createGetBench>>, happens: (look: number) => Promise<unknown>) => {
    let looks = 0;
    const find: JobStore['find'] = async (id) => {
      looks += 1;
      if (looks > 1) {
        bench.clock.advance(5);
        await happens(looks);
      }
      return bench.jobs.find(id);
    };
    return { ...bench.jobs, find };
  };

  it('answers when the job ends', async () => {
    const bench = await createGetBench();
    const jobs = looking(bench, async (look) => look === 3 && bench.end());
    expect((await bench.get({ wait: 20, jobs })).job.status).toBe('cancelled');
  });

  it('tells for how long it was granted to, and that the caller of an owner without a wait left was granted none', async () => {
    const bench = await createGetBench();
    const jobs = looking(bench, async (look) => look === 3 && bench.end());
    expect((await bench.get({ wait: 20, jobs })).waitedSeconds).toBe(20);
    const other = await createGetBench();
    const waits = { ...other.waits, enter: async () => false };
    const found = await other.get({ wait: 20, jobs: looking(other, async () => {}), waits });
    expect(found).toMatchObject({ job: { status: 'pending' }, waitedSeconds: 0 });
    expect(other.clock.now()).toBe(noon);
  });

  it('answers with the open job when the time is over', async () => {
    const bench = await createGetBench();
    expect((await bench.get({ wait: 10, jobs: looking(bench, async () => {}) })).job.status).toBe('pending');
    expect(bench.clock.now()).toBe(noon + 10_000);
  });

  it('goes on when one of its looks fails', async () => {
    const bench = await createGetBench();
    const jobs = looking(bench, async (look) => {
      if (look === 2) throw new Error('down');
      await bench.end();
    });
    expect((await bench.get({ wait: 20, jobs })).job.status).toBe('cancelled');
  });

  it('answers in time though one of its looks is never answered', async () => {
    const bench = await createGetBench();
    const startedAt = performance.now();
    const clock = { now: () => noon + performance.now() - startedAt };
    let looks = 0;
    const find: JobStore['find'] = (id) => (looks++ === 0 ? bench.jobs.find(id) : new Promise(() => {}));
    expect((await bench.get({ wait: 1, jobs: { ...bench.jobs, find }, clock })).job.status).toBe('pending');
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  it('knows nothing of a job that is deleted meanwhile', async () => {
    const bench = await createGetBench();
    const jobs = looking(bench, async () => {
      await bench.end();
      const job = await bench.jobs.find(bench.order.id);
      if (job) await bench.jobs.apply(job.id, erase(job, bench.clock.now()));
    });
    await expect(bench.get({ wait: 20, jobs })).rejects.toMatchObject(notFound);
  });

  it('settles a job whose deadline passes meanwhile', async () => {
    const bench = await createGetBench();
    bench.clock.set(deadline - 4000);
    const held = await bench.work();
    await bench.jobs.apply(held.id, release(held as OpenJob, deadline));
    const { job } = await bench.get({ wait: 5, jobs: looking(bench, async () => {}) });
    expect(job).toMatchObject({ status: 'failed', completedAt: bench.clock.now() });
  });
});
