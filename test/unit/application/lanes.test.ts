import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import { handleDeadLetter } from '../../../lambda/application/upkeep/handle-dead-letter.ts';
import { sweepJobs } from '../../../lambda/application/upkeep/sweep-jobs.ts';
import { createApiBench, received, sampleCaller } from '../../support/api-bench.ts';
import { createWorkerBench, failWith } from '../../support/worker-bench.ts';

const alone = { lane: 'alone' } as const;

describe('the lane of a job', () => {
  it.each([
    ['a quick model', { model: 'openai/good' }, 'shared'],
    ['a slow one', { model: 'openai/better' }, 'alone'],
    ['a quick one with a slow fallback', { model: 'openai/good', fallbacks: ['openai/better'] }, 'alone'],
  ])('is told at submit, by the candidates: %s', async (_, wanted, lane) => {
    const bench = createApiBench();
    const { job } = await submitJob(bench.submitting, sampleCaller(), 'request-1', received(wanted));
    expect(job.lane).toBe(lane);
    expect(bench.queue.sent).toMatchObject([{ wakeUp: { hop: 0 }, lane }]);
  });

  it('is that of the next hop of a job that waits', async () => {
    const bench = createWorkerBench([failWith('overloaded', 'Too much to do.', { retryAfterSeconds: 60 })], {
      order: alone,
    });
    await bench.accept();
    await bench.process();
    expect(bench.queue.sent).toMatchObject([{ wakeUp: { hop: 1 }, lane: 'alone' }]);
  });

  it('is that of a wake-up that the sweep sends again', async () => {
    const bench = createApiBench();
    await bench.accept(alone);
    bench.clock.advance(120);
    await sweepJobs({ ...bench, settings: { leaseSeconds: 120, wakeAfterSeconds: 120 } }, () => 50);
    expect(bench.queue.sent).toMatchObject([alone]);
  });

  it('is that of a wake-up that was deadLettered', async () => {
    const bench = createApiBench();
    await bench.accept(alone);
    await handleDeadLetter(bench, { jobId: bench.order.id, hop: 0 });
    expect(bench.queue.sent).toMatchObject([{ wakeUp: { hop: 1 }, lane: 'alone' }]);
  });

  it('is that of the wake-up for what a cancelled job has open', async () => {
    const bench = createApiBench();
    await bench.accept(alone);
    await bench.work();
    await cancelJob(bench, sampleCaller(), 'generation', bench.order.id);
    expect(bench.queue.sent).toMatchObject([alone]);
  });
});
