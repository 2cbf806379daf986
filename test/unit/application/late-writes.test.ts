import { describe, expect, it } from 'vitest';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import { acceptedJob, type JobOrder } from '../../../lambda/domain/jobs/job.ts';
import { WriteRefused } from '../../../lambda/domain/jobs/write-refused.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import { createApiBench, received, sampleCaller } from '../../support/api-bench.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import { createMessage, createWorkerBench } from '../../support/worker-bench.ts';

const edit = received({
  submission: { operation: 'edit', prompt: 'p', n: 1, parameters: {}, extra: {} },
  images: [{ param: 'image', bytes: pngBytes(100) }],
});

/** A store whose first write is given up by its client, and is still under way. */
function createLateBench(idempotencyKey?: string) {
  const bench = createApiBench();
  const late: JobOrder[] = [];
  const jobs: JobStore = {
    ...bench.jobs,
    async create(order) {
      if (late.length > 0) return bench.jobs.create(order);
      late.push(order);
      throw Object.assign(new Error('timeout'), { name: 'TimeoutError', $metadata: { attempts: 3 } });
    },
  };
  const what = { ...edit, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  return {
    ...bench,
    inputs: () => [...bench.images.objects.keys()],
    submit: (over: Partial<JobStore> = {}) =>
      submitJob({ ...bench.submitting, jobs: { ...jobs, ...over } }, sampleCaller(), 'request-1', what),
    arrive: () => Promise.all(late.map((order) => bench.jobs.create(acceptedJob(order)))),
  };
}

describe.each(['key-1', undefined])('a write that arrives after its submission was undone, with the key %s', (key) => {
  it('makes no job, so that it is true that nothing was accepted', async () => {
    const bench = createLateBench(key);
    await expect(bench.submit()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Nothing was accepted'),
    });
    expect(await bench.arrive()).toEqual(['taken']);
    expect([bench.jobs.records(), bench.inputs()]).toEqual([[], []]);
    const worker = createWorkerBench([]);
    for (const { wakeUp } of bench.queue.take()) {
      await worker.process({ jobs: bench.jobs, images: bench.images }, wakeUp, createMessage(5));
    }
    expect(worker.asked).toEqual([]);
  });

  it('leaves the next try a job of its own', async () => {
    const bench = createLateBench(key);
    await bench.submit().catch(() => undefined);
    const { job, replayed } = await bench.submit();
    expect(replayed).toBe(false);
    await bench.arrive();
    expect(bench.jobs.records().map(({ submissionNonce }) => submissionNonce)).toEqual([job.submissionNonce]);
    expect(bench.inputs()).toEqual(job.images.map((image) => image.key));
  });

  it('is spoken of as uncertain where the mark could not be made either', async () => {
    const bench = createLateBench(key);
    const refused = await bench.submit({ undo: () => Promise.reject(new Error('down')) }).catch((error) => error);
    expect(refused).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('not be stored for certain'),
    });
    expect(refused.message).not.toContain('Nothing was accepted');
    // It may be needed: the job may yet be made.
    expect(bench.inputs()).toHaveLength(1);
    expect(await bench.arrive()).toEqual(['created']);
  });

  it('is not waited for where the store has refused it for sure', async () => {
    const bench = createLateBench(key);
    const refusal = () => Promise.reject(new WriteRefused('no'));
    const undo = () => Promise.reject(new Error('asked'));
    await expect(bench.submit({ create: refusal, undo })).rejects.toMatchObject({
      message: expect.stringContaining('Nothing was accepted'),
    });
    expect(bench.inputs()).toEqual([]);
    expect(bench.codes()).toEqual(['submission_undone']);
  });
});

describe('submitJob, where a store can not say whether a key has a job', () => {
  it.each(['find', 'apply'] as const)('does not say that nothing was accepted when %s fails', async (name) => {
    const bench = createLateBench('key-1');
    await bench.submit().catch(() => undefined);
    await bench.submit();
    const refused = await bench.submit({ [name]: () => Promise.reject(new Error('down')) }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'unavailable', message: expect.stringContaining('Idempotency-Key') });
    expect(refused.message).not.toContain('Nothing was accepted');
  });
});
