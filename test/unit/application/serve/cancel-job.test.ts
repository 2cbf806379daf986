import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../../lambda/application/serve/cancel-job.ts';
import { complete } from '../../../../lambda/domain/jobs/endings.ts';
import { type ApiBench, createApiBench, sampleCaller } from '../../../support/api-bench.ts';
import { noon, sampleAttempt } from '../../../support/sample-job.ts';

const cancelling = (bench: ApiBench, over: Partial<ApiBench> = {}, owner = 'vk_1') =>
  cancelJob({ ...bench, ...over }, sampleCaller({ owner }), 'generation', bench.order.id);
const result = { images: [], provider: 'openai', model: 'm', latency: 1, warnings: [] };

describe('cancelJob', () => {
  it('ends an open job, and needs nobody for one that no provider was asked for', async () => {
    const bench = createApiBench();
    await bench.accept();
    bench.clock.advance(3);
    const job = await cancelling(bench);
    expect(job).toMatchObject({
      status: 'cancelled',
      failure: { code: 'cancelled' },
      completedAt: noon + 3000,
      expiresAt: noon + 3603_000,
    });
    expect(bench.queue.sent).toEqual([]);
    expect(bench.jobs.record(job.id)).not.toHaveProperty('openShard');
  });

  it('leaves the lease as it is, and wakes a worker who closes the ledger', async () => {
    const bench = createApiBench();
    await bench.accept();
    await bench.work();
    expect(await cancelling(bench)).toMatchObject({ status: 'cancelled', leaseUntil: noon + 120_000 });
    expect(bench.queue.sent).toMatchObject([{ wakeUp: { jobId: bench.order.id }, owner: 'vk_1', delaySeconds: 0 }]);
  });

  it('leaves a job that has ended as it is', async () => {
    const bench = createApiBench();
    await bench.accept();
    const held = await bench.work();
    await bench.jobs.apply(held.id, complete(held, sampleAttempt({ outcome: 'succeeded' }), result, noon));
    const completed = await bench.jobs.find(held.id);
    expect(await cancelling(bench)).toEqual(completed);
    expect(await bench.jobs.find(held.id)).toEqual(completed);
    expect(bench.queue.sent).toEqual([]);
  });

  it('gives the end that another brought about between its look and its write', async () => {
    const bench = createApiBench();
    await bench.accept();
    const held = await bench.work();
    const find = async (id: string) => {
      const found = await bench.jobs.find(id);
      await bench.jobs.apply(id, complete(held, sampleAttempt({ outcome: 'succeeded' }), result, noon));
      return found;
    };
    expect((await cancelling(bench, { jobs: { ...bench.jobs, find } })).status).toBe('completed');
    expect(bench.codes()).toEqual([]);
  });

  it('sends the wake-up when it is called again, if that failed the first time', async () => {
    const bench = createApiBench();
    await bench.accept();
    await bench.work({ id: 't-1' });
    const queue = { ...bench.queue, send: () => Promise.reject(new Error('down')) };
    await expect(cancelling(bench, { queue })).rejects.toThrow('down');
    expect((await cancelling(bench)).status).toBe('cancelled');
    expect(bench.queue.sent).toHaveLength(1);
  });

  it("knows no job of another owner's", async () => {
    const bench = createApiBench();
    await bench.accept();
    await expect(cancelling(bench, {}, 'vk_2')).rejects.toMatchObject({ code: 'not_found' });
    expect((await bench.jobs.find(bench.order.id))?.status).toBe('pending');
  });
});
