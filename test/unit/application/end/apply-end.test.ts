import { describe, expect, it } from 'vitest';
import { closeEntryAfterEnd } from '../../../../lambda/application/attempt/write-attempt.ts';
import { applyEnd } from '../../../../lambda/application/end/apply-end.ts';
import { failIfOverdue } from '../../../../lambda/application/end/fail-overdue.ts';
import { cancelJob } from '../../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../../lambda/application/serve/delete-job.ts';
import { complete } from '../../../../lambda/domain/jobs/endings.ts';
import { isOpen, type JobOrder, type OpenJob } from '../../../../lambda/domain/jobs/job.ts';
import { claim, startAttempt } from '../../../../lambda/domain/jobs/transitions.ts';
import { sampleCaller } from '../../../support/api-fixture.ts';
import { itemBytes, maxItemBytes } from '../../../support/item-bytes.ts';
import { sampleAttempt } from '../../../support/sample-job.ts';
import { createWorkerFixture, deliverImages, failWith } from '../../../support/worker-fixture.ts';

type Fixture = ReturnType<typeof createWorkerFixture>;

/** What fills an item up to some bytes below what a store can hold. */
const fillings = {
  warnings: (text: string): Partial<JobOrder> => ({ warnings: [{ code: 'param_dropped', message: text }] }),
  submission: (text: string): Partial<JobOrder> => ({
    submission: { in: 'item', submission: { operation: 'generation', prompt: text, n: 1, parameters: {}, extra: {} } },
  }),
} as const;

/** A fixture whose job leaves `bytesLeft` of its item, once it has been claimed and asked for. */
async function full(
  filling: keyof typeof fillings,
  bytesLeft: number,
  script: Parameters<typeof createWorkerFixture>[0],
) {
  const bare = createWorkerFixture(script, { order: fillings[filling]('') });
  await bare.accept();
  const record = bare.jobs.record(bare.order.id);
  const used = record ? itemBytes(record) : 0;
  const fixture = createWorkerFixture(script, {
    order: fillings[filling]('x'.repeat(maxItemBytes - used - bytesLeft)),
  });
  await fixture.accept();
  return fixture;
}

const cuts = (fixture: Fixture) =>
  fixture.events.filter(({ code }) => code === 'end_cut').map(({ fields }) => fields.transition);

/** Room for a claim and a ledger entry with its outcome, and for nothing more. */
const roomForWork = 420;

describe.each(['warnings', 'submission'] as const)('a job whose item is full of its %s', (filling) => {
  it('is completed with its images', async () => {
    const fixture = await full(filling, roomForWork, [deliverImages()]);
    await fixture.process();
    const job = await fixture.job();
    expect(job).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded', billed: 'yes' }] });
    expect(job.status === 'completed' && job.result.images).toHaveLength(1);
    expect(cuts(fixture)[0]).toBe('complete');
  });

  it('fails with the code of its failure', async () => {
    const fixture = await full(filling, roomForWork + 140, [failWith('refused', 'Not this one.'.repeat(15))]);
    await fixture.process();
    expect(await fixture.job()).toMatchObject({ status: 'failed', failure: { code: 'content_refused' } });
    expect(cuts(fixture)[0]).toBe('fail');
  });

  it('fails at its deadline, though nothing else can be written', async () => {
    const fixture = await full(filling, 0, []);
    fixture.clock.advance(1801);
    const settled = await failIfOverdue(fixture.dependencies, await fixture.job());
    expect(settled).toMatchObject({ status: 'failed', failure: { code: 'deadline_exceeded' } });
    expect(fixture.jobs.record(fixture.order.id)).not.toHaveProperty('openShard');
    expect(cuts(fixture)[0]).toBe('failOverdue');
  });

  it('can be cancelled and deleted', async () => {
    const { dependencies, jobs, images, order, ...fixture } = await full(filling, 0, []);
    const cancelled = await cancelJob(dependencies, sampleCaller({ owner: order.owner }), 'generation', order.id);
    expect(cancelled).toMatchObject({ status: 'cancelled', failure: { code: 'cancelled' } });
    await deleteJob({ ...dependencies, images }, sampleCaller({ owner: order.owner }), 'generation', order.id);
    expect(jobs.record(order.id)).toHaveProperty('deletedAt', fixture.clock.now());
  });
});

describe('applyEnd', () => {
  async function worked(over: Partial<JobOrder> = {}) {
    const fixture = createWorkerFixture([], { order: over });
    await fixture.accept();
    const claimed = await fixture.jobs.apply(fixture.order.id, claim(0, fixture.clock.now(), 120));
    const started = await fixture.jobs.apply(fixture.order.id, startAttempt(claimed.job as OpenJob, sampleAttempt()));
    const job = started.job;
    if (!job || !isOpen(job)) throw new Error('The job is not open.');
    return { fixture, job };
  }
  const image = { type: 'png', width: 1, height: 1, hasAlpha: true, bytes: 70, key: 'results/1/0.png' } as const;
  const result = { images: [image], provider: 'openai', model: 'gpt-image-2', latency: 1, warnings: [] };
  const winning = sampleAttempt({ outcome: 'succeeded', billed: 'yes' });

  it('keeps images, and that some are missing, of a result whose words are too many', async () => {
    const { fixture, job } = await worked();
    const missing = { code: 'images_missing', param: 'n', message: 'x'.repeat(maxItemBytes) } as const;
    const wordy = { ...result, images: [{ ...image, revisedPrompt: 'x'.repeat(maxItemBytes) }], warnings: [missing] };
    const { job: ended } = await applyEnd(
      fixture.dependencies,
      job,
      complete(job, winning, wordy, fixture.clock.now()),
    );
    expect(ended).toMatchObject({
      status: 'completed',
      result: { images: [image], warnings: [{ code: 'images_missing' }] },
    });
  });

  it('fails a job whose images alone are too many, and keeps that they were paid for', async () => {
    const { fixture, job } = await worked();
    const vast = { ...result, images: [{ ...image, key: 'x'.repeat(maxItemBytes) }] };
    const { job: ended } = await applyEnd(fixture.dependencies, job, complete(job, winning, vast, fixture.clock.now()));
    expect(ended).toMatchObject({
      status: 'failed',
      failure: { code: 'internal' },
      attempts: [{ outcome: 'succeeded', billed: 'yes' }],
    });
    expect(ended).not.toHaveProperty('result');
    expect(cuts(fixture)).toEqual(['complete', 'complete', 'complete']);
  });

  it('closes an entry of an ended job, and leaves all else of it as it is', async () => {
    const { fixture, job } = await worked({ warnings: [{ code: 'param_dropped', message: 'No.' }] });
    const cancelled = await cancelJob(fixture.dependencies, sampleCaller({ owner: job.owner }), 'generation', job.id);
    await closeEntryAfterEnd(fixture.dependencies, cancelled, { ...winning, message: 'x'.repeat(maxItemBytes) });
    const settled = await fixture.job();
    expect(settled.attempts).toEqual([winning]);
    expect({ ...settled, attempts: [], ledgerVersion: 0 }).toEqual({ ...cancelled, attempts: [], ledgerVersion: 0 });
  });

  it('takes no other fault for one of size', async () => {
    const { fixture, job } = await worked();
    const jobs = { apply: () => Promise.reject(new Error('The store is down.')) };
    const end = complete(job, winning, result, fixture.clock.now());
    await expect(applyEnd({ ...fixture.dependencies, jobs }, job, end)).rejects.toThrow('The store is down.');
    expect(cuts(fixture)).toEqual([]);
  });
});
