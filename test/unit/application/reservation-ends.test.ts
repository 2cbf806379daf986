import { describe, expect, it } from 'vitest';
import { applyEnd } from '../../../lambda/application/end/apply-end.ts';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { getJob } from '../../../lambda/application/serve/get-job.ts';
import { handleDeadLetter } from '../../../lambda/application/upkeep/handle-dead-letter.ts';
import { sweepJobs } from '../../../lambda/application/upkeep/sweep-jobs.ts';
import type { UsageStore } from '../../../lambda/domain/usage/usage-store.ts';
import { createApiFixture, noWait, sampleCaller, sampleKey, sampleLimits } from '../../support/api-fixture.ts';
import { createWorkerFixture, deliverImages, failWith } from '../../support/worker-fixture.ts';

/** An open job of the sample order, with its reservation, and how often that has been ended. */
async function createReservedJob() {
  const fixture = createApiFixture();
  const { order } = fixture;
  const { owner, submissionNonce: nonce, id: jobId, createdAt: at } = order;
  let settled = 0;
  const usage: UsageStore = {
    ...fixture.usage,
    async settle(...what) {
      const isSettled = await fixture.usage.settle(...what);
      if (isSettled) settled += 1;
      return isSettled;
    },
  };
  await fixture.accept();
  await usage.reserve(owner, { nonce, jobId, at, micros: 0 }, sampleLimits);
  return {
    ...fixture,
    usage,
    caller: sampleCaller({ owner }),
    expire: () => fixture.clock.set(order.deadlineAt),
    ends: async () => [settled, (await usage.find(owner))?.open.length],
  };
}

type ReservedJob = Awaited<ReturnType<typeof createReservedJob>>;

describe(applyEnd, () => {
  it.each<[string, (fixture: ReservedJob) => Promise<unknown>]>([
    ['a cancel', (fixture) => cancelJob(fixture, fixture.caller, fixture.order.operation, fixture.order.id)],
    ['a delete', (fixture) => deleteJob(fixture, fixture.caller, fixture.order.operation, fixture.order.id)],
    [
      'a look at it past its deadline',
      (fixture) => {
        fixture.expire();
        return getJob(fixture, fixture.caller, fixture.order.operation, fixture.order.id, noWait);
      },
    ],
    [
      'the sweep past its deadline',
      (fixture) => {
        fixture.expire();
        return sweepJobs(fixture, () => 55);
      },
    ],
    [
      'its dead letter past its deadline',
      (fixture) => {
        fixture.expire();
        return handleDeadLetter(fixture, { jobId: fixture.order.id, hop: 0 });
      },
    ],
  ])('ends the reservation of a job that %s has ended, once', async (_, end) => {
    const fixture = await createReservedJob();
    await end(fixture);
    expect(await fixture.ends()).toEqual([1, 0]);
    await cancelJob(fixture, fixture.caller, fixture.order.operation, fixture.order.id).catch(() => undefined);
    expect(await fixture.ends()).toEqual([1, 0]);
  });

  it.each([
    ['completed', [deliverImages()], true],
    ['failed', [failWith('refused', 'No.')], true],
    ['stopped', [], false],
  ] as const)('ends the reservation of a job that its worker has %s', async (_, script, active) => {
    const fixture = createWorkerFixture([...script]);
    const { usage } = fixture;
    const { owner, submissionNonce: nonce, id: jobId, createdAt: at } = fixture.order;
    await fixture.accept();
    await usage.reserve(owner, { nonce, jobId, at, micros: 40_000 }, sampleLimits);
    await fixture.process({ virtualKeys: { find: async () => sampleKey({ active }) } });
    const found = await usage.find(owner);
    expect(found?.open).toEqual([]);
    // No request of these has a known price, so nothing stays of what was reserved.
    expect(found?.sums.map(({ micros }) => micros)).toEqual([0, 0, 0, 0, 0]);
  });

  it('has ended the job all the same where the reservation can not be ended', async () => {
    const fixture = await createReservedJob();
    const usage = { ...fixture.usage, settle: () => Promise.reject(new Error('down')) };
    const job = await cancelJob({ ...fixture, usage }, fixture.caller, fixture.order.operation, fixture.order.id);
    expect(job.status).toBe('cancelled');
    expect(fixture.codes()).toContain('reservation_not_ended');
  });
});
