import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import { handleDeadLetter } from '../../../lambda/application/upkeep/handle-dead-letter.ts';
import { sweepJobs } from '../../../lambda/application/upkeep/sweep-jobs.ts';
import { createApiFixture, received, sampleCaller } from '../../support/api-fixture.ts';
import { createWorkerFixture, failWith } from '../../support/worker-fixture.ts';

const alone = { lane: 'alone' } as const;

describe('the lane of a job', () => {
  it.each([
    ['a quick model', { model: 'openai/good' }, 'shared'],
    ['a slow one', { model: 'openai/better' }, 'alone'],
    ['a quick one with a slow fallback', { model: 'openai/good', fallbacks: ['openai/better'] }, 'alone'],
  ])('is told at submit, by the candidates: %s', async (_, wanted, lane) => {
    const fixture = createApiFixture();
    const { job } = await submitJob(fixture.submitting, sampleCaller(), 'request-1', received(wanted));
    expect(job.lane).toBe(lane);
    expect(fixture.queue.sent).toMatchObject([{ wakeUp: { hop: 0 }, lane }]);
  });

  it('is that of the next hop of a job that waits', async () => {
    const fixture = createWorkerFixture([failWith('overloaded', 'Too much to do.', { retryAfterSeconds: 60 })], {
      order: alone,
    });
    await fixture.accept();
    await fixture.process();
    expect(fixture.queue.sent).toMatchObject([{ wakeUp: { hop: 1 }, lane: 'alone' }]);
  });

  it('is that of a wake-up that the sweep sends again', async () => {
    const fixture = createApiFixture();
    await fixture.accept(alone);
    fixture.clock.advance(120);
    await sweepJobs({ ...fixture, settings: { leaseSeconds: 120, wakeAfterSeconds: 120 } }, () => 50);
    expect(fixture.queue.sent).toMatchObject([alone]);
  });

  it('is that of a wake-up that was deadLettered', async () => {
    const fixture = createApiFixture();
    await fixture.accept(alone);
    await handleDeadLetter(fixture, { jobId: fixture.order.id, hop: 0 });
    expect(fixture.queue.sent).toMatchObject([{ wakeUp: { hop: 1 }, lane: 'alone' }]);
  });

  it('is that of the wake-up for what a cancelled job has open', async () => {
    const fixture = createApiFixture();
    await fixture.accept(alone);
    await fixture.work();
    await cancelJob(fixture, sampleCaller(), 'generation', fixture.order.id);
    expect(fixture.queue.sent).toMatchObject([alone]);
  });
});
