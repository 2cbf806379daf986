import { describe, expect, it } from 'vitest';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import { acceptedJob, type JobOrder } from '../../../lambda/domain/jobs/job.ts';
import { WriteRefused } from '../../../lambda/domain/jobs/write-refused.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import { createApiFixture, received, sampleCaller } from '../../support/api-fixture.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import { createMessage, createWorkerFixture } from '../../support/worker-fixture.ts';

const edit = received({
  submission: { operation: 'edit', prompt: 'p', n: 1, parameters: {}, extra: {} },
  images: [{ param: 'image', bytes: pngBytes(100) }],
});

/** A store whose first write is given up by its client, and is still under way. */
function createLateFixture(idempotencyKey?: string) {
  const fixture = createApiFixture();
  const late: JobOrder[] = [];
  const jobs: JobStore = {
    ...fixture.jobs,
    async create(order) {
      if (late.length > 0) return fixture.jobs.create(order);
      late.push(order);
      throw Object.assign(new Error('timeout'), { name: 'TimeoutError', $metadata: { attempts: 3 } });
    },
  };
  const what = { ...edit, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  return {
    ...fixture,
    inputs: () => [...fixture.images.objects.keys()],
    submit: (over: Partial<JobStore> = {}) =>
      submitJob({ ...fixture.submitting, jobs: { ...jobs, ...over } }, sampleCaller(), 'request-1', what),
    arrive: () => Promise.all(late.map((order) => fixture.jobs.create(acceptedJob(order)))),
  };
}

describe.each(['key-1', undefined])('a write that arrives after its submission was undone, with the key %s', (key) => {
  it('makes no job, so that it is true that nothing was accepted', async () => {
    const fixture = createLateFixture(key);
    await expect(fixture.submit()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Nothing was accepted'),
    });
    expect(await fixture.arrive()).toEqual(['taken']);
    expect([fixture.jobs.records(), fixture.inputs()]).toEqual([[], []]);
    const worker = createWorkerFixture([]);
    for (const { wakeUp } of fixture.queue.take()) {
      await worker.process({ jobs: fixture.jobs, images: fixture.images }, wakeUp, createMessage(5));
    }
    expect(worker.asked).toEqual([]);
  });

  it('leaves the next try a job of its own', async () => {
    const fixture = createLateFixture(key);
    await fixture.submit().catch(() => undefined);
    const { job, replayed } = await fixture.submit();
    expect(replayed).toBe(false);
    await fixture.arrive();
    expect(fixture.jobs.records().map(({ submissionNonce }) => submissionNonce)).toEqual([job.submissionNonce]);
    expect(fixture.inputs()).toEqual(job.images.map((image) => image.key));
  });

  it('is spoken of as uncertain where the mark could not be made either', async () => {
    const fixture = createLateFixture(key);
    const refused = await fixture.submit({ undo: () => Promise.reject(new Error('down')) }).catch((error) => error);
    expect(refused).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('not certain that the job was stored'),
    });
    expect(refused.message).not.toContain('Nothing was accepted');
    // It may be needed: the job may yet be made.
    expect(fixture.inputs()).toHaveLength(1);
    expect(await fixture.arrive()).toEqual(['created']);
  });

  it('is not waited for where the store has refused it for sure', async () => {
    const fixture = createLateFixture(key);
    const refusal = () => Promise.reject(new WriteRefused('no'));
    const undo = () => Promise.reject(new Error('asked'));
    await expect(fixture.submit({ create: refusal, undo })).rejects.toMatchObject({
      message: expect.stringContaining('Nothing was accepted'),
    });
    expect(fixture.inputs()).toEqual([]);
    expect(fixture.codes()).toEqual(['submission_undone']);
  });
});

describe('submitJob, where a store can not say whether a key has a job', () => {
  it.each(['find', 'apply'] as const)('does not say that nothing was accepted when %s fails', async (name) => {
    const fixture = createLateFixture('key-1');
    await fixture.submit().catch(() => undefined);
    await fixture.submit();
    const refused = await fixture.submit({ [name]: () => Promise.reject(new Error('down')) }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'unavailable', message: expect.stringContaining('Idempotency-Key') });
    expect(refused.message).not.toContain('Nothing was accepted');
  });
});
