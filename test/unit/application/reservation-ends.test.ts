import { describe, expect, it } from 'vitest';
import { applyEnd } from '../../../lambda/application/end/apply-end.ts';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { getJob } from '../../../lambda/application/serve/get-job.ts';
import { handleDeadLetter } from '../../../lambda/application/upkeep/handle-dead-letter.ts';
import { sweepJobs } from '../../../lambda/application/upkeep/sweep-jobs.ts';
import type { UsageStore } from '../../../lambda/domain/usage/usage-store.ts';
import { createApiBench, noWait, sampleCaller, sampleKey, sampleLimits } from '../../support/api-bench.ts';
import { createWorkerBench, deliverImages, failWith } from '../../support/worker-bench.ts';

/** An open job of the sample order, with its reservation, and how often that has been ended. */
async function createReservedJob() {
  const bench = createApiBench();
  const { order } = bench;
  const { owner, submissionNonce: nonce, id: jobId, createdAt: at } = order;
  let releases = 0;
  const usage: UsageStore = {
    ...bench.usage,
    async release(...what) {
      const isReleased = await bench.usage.release(...what);
      if (isReleased) releases += 1;
      return isReleased;
    },
  };
  await bench.accept();
  await usage.reserve(owner, { nonce, jobId, at }, sampleLimits);
  return {
    ...bench,
    usage,
    caller: sampleCaller({ owner }),
    expire: () => bench.clock.set(order.deadlineAt),
    ends: async () => [releases, (await usage.find(owner))?.open.length],
  };
}

type ReservedJob = Awaited<ReturnType<typeof createReservedJob>>;

describe(applyEnd, () => {
  it.each<[string, (bench: ReservedJob) => Promise<unknown>]>([
    ['a cancel', (bench) => cancelJob(bench, bench.caller, bench.order.operation, bench.order.id)],
    ['a delete', (bench) => deleteJob(bench, bench.caller, bench.order.operation, bench.order.id)],
    [
      'a look at it past its deadline',
      (bench) => {
        bench.expire();
        return getJob(bench, bench.caller, bench.order.operation, bench.order.id, noWait);
      },
    ],
    [
      'the sweep past its deadline',
      (bench) => {
        bench.expire();
        return sweepJobs(bench, () => 55);
      },
    ],
    [
      'its dead letter past its deadline',
      (bench) => {
        bench.expire();
        return handleDeadLetter(bench, { jobId: bench.order.id, hop: 0 });
      },
    ],
  ])('ends the reservation of a job that %s has ended, once', async (_, end) => {
    const bench = await createReservedJob();
    await end(bench);
    expect(await bench.ends()).toEqual([1, 0]);
    await cancelJob(bench, bench.caller, bench.order.operation, bench.order.id).catch(() => undefined);
    expect(await bench.ends()).toEqual([1, 0]);
  });

  it.each([
    ['completed', [deliverImages()], true],
    ['failed', [failWith('refused', 'No.')], true],
    ['stopped', [], false],
  ] as const)('ends the reservation of a job that its worker has %s', async (_, script, active) => {
    const bench = createWorkerBench([...script]);
    const { usage } = bench;
    const { owner, submissionNonce: nonce, id: jobId, createdAt: at } = bench.order;
    await bench.accept();
    await usage.reserve(owner, { nonce, jobId, at }, sampleLimits);
    await bench.process({ virtualKeys: { find: async () => sampleKey({ active }) } });
    expect((await usage.find(owner))?.open).toEqual([]);
  });

  it('has ended the job all the same where the reservation can not be ended', async () => {
    const bench = await createReservedJob();
    const usage = { ...bench.usage, release: () => Promise.reject(new Error('down')) };
    const job = await cancelJob({ ...bench, usage }, bench.caller, bench.order.operation, bench.order.id);
    expect(job.status).toBe('cancelled');
    expect(bench.codes()).toContain('reservation_not_ended');
  });
});
