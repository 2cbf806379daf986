import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../../lambda/application/serve/cancel-job.ts';
import { complete } from '../../../../lambda/domain/jobs/endings.ts';
import { type ApiFixture, createApiFixture, sampleCaller } from '../../../support/api-fixture.ts';
import { noon, sampleAttempt } from '../../../support/sample-job.ts';

const cancelling = (fixture: ApiFixture, over: Partial<ApiFixture> = {}, owner = 'vk_1') =>
  cancelJob({ ...fixture, ...over }, sampleCaller({ owner }), 'generation', fixture.order.id);
const result = { images: [], provider: 'openai', model: 'm', latency: 1, warnings: [] };

describe('cancelJob', () => {
  it('ends an open job, and needs nobody for one that no provider was asked for', async () => {
    const fixture = createApiFixture();
    await fixture.accept();
    fixture.clock.advance(3);
    const job = await cancelling(fixture);
    expect(job).toMatchObject({
      status: 'cancelled',
      failure: { code: 'cancelled' },
      completedAt: noon + 3000,
      expiresAt: noon + 3603_000,
    });
    expect(fixture.queue.sent).toEqual([]);
    expect(fixture.jobs.record(job.id)).not.toHaveProperty('openShard');
  });

  it('leaves the lease as it is, and wakes a worker who closes the ledger', async () => {
    const fixture = createApiFixture();
    await fixture.accept();
    await fixture.work();
    expect(await cancelling(fixture)).toMatchObject({ status: 'cancelled', leaseUntil: noon + 120_000 });
    expect(fixture.queue.sent).toMatchObject([{ wakeUp: { jobId: fixture.order.id }, owner: 'vk_1', delaySeconds: 0 }]);
  });

  it('leaves a job that has ended as it is', async () => {
    const fixture = createApiFixture();
    await fixture.accept();
    const held = await fixture.work();
    await fixture.jobs.apply(held.id, complete(held, sampleAttempt({ outcome: 'succeeded' }), result, noon));
    const completed = await fixture.jobs.find(held.id);
    expect(await cancelling(fixture)).toEqual(completed);
    expect(await fixture.jobs.find(held.id)).toEqual(completed);
    expect(fixture.queue.sent).toEqual([]);
  });

  it('gives the end that another brought about between its look and its write', async () => {
    const fixture = createApiFixture();
    await fixture.accept();
    const held = await fixture.work();
    const find = async (id: string) => {
      const found = await fixture.jobs.find(id);
      await fixture.jobs.apply(id, complete(held, sampleAttempt({ outcome: 'succeeded' }), result, noon));
      return found;
    };
    expect((await cancelling(fixture, { jobs: { ...fixture.jobs, find } })).status).toBe('completed');
    expect(fixture.codes()).toEqual([]);
  });

  it('sends the wake-up when it is called again, if that failed the first time', async () => {
    const fixture = createApiFixture();
    await fixture.accept();
    await fixture.work({ id: 't-1' });
    const queue = { ...fixture.queue, send: () => Promise.reject(new Error('down')) };
    await expect(cancelling(fixture, { queue })).rejects.toThrow('down');
    expect((await cancelling(fixture)).status).toBe('cancelled');
    expect(fixture.queue.sent).toHaveLength(1);
  });

  it("knows no job of another owner's", async () => {
    const fixture = createApiFixture();
    await fixture.accept();
    await expect(cancelling(fixture, {}, 'vk_2')).rejects.toMatchObject({ code: 'not_found' });
    expect((await fixture.jobs.find(fixture.order.id))?.status).toBe('pending');
  });
});
