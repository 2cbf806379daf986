import { describe, expect, it } from 'vitest';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import type { ReceivedSubmission } from '../../../../lambda/domain/jobs/received-submission.ts';
import { claim } from '../../../../lambda/domain/jobs/transitions.ts';
import type { JobStore } from '../../../../lambda/domain/ports.ts';
import { createApiBench, received, sampleCaller } from '../../../support/api-bench.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { holedMask } from '../../../support/pictures.ts';
import { noon } from '../../../support/sample-job.ts';

const edit = received({
  submission: { operation: 'edit', prompt: 'a boat', n: 1, parameters: {}, extra: {} },
  images: [
    { param: 'image[]', bytes: pngBytes(100) },
    { param: 'image[]', bytes: pngBytes(200) },
  ],
});

function createSubmitBench() {
  const bench = createApiBench();
  return {
    ...bench,
    keys: () => [...bench.images.objects.keys()],
    submit: (what: ReceivedSubmission = edit, over: Partial<typeof bench.submitting> = {}, caller = sampleCaller()) =>
      submitJob({ ...bench.submitting, ...over }, caller, 'request-1', what),
  };
}

describe('submitJob', () => {
  it('stores the inputs below a nonce of its own, the item, and the wake-up of the first hop', async () => {
    const bench = createSubmitBench();
    const { job, replayed } = await bench.submit();
    expect(replayed).toBe(false);
    expect(await bench.jobs.find(job.id)).toEqual(job);
    expect(job).toMatchObject({
      status: 'pending',
      owner: 'vk_1',
      createdAt: noon,
      deadlineAt: noon + 1800_000,
      resultTtlSeconds: 3600,
      retentionDays: 2,
      candidates: [{ provider: 'openai', model: 'good' }],
    });
    const prefix = `inputs/r2/${job.submissionNonce}`;
    expect(bench.keys()).toEqual([`${prefix}/image-1.png`, `${prefix}/image-2.png`]);
    expect(job.images.map(({ key, bytes }) => [key, bytes])).toEqual([
      [`${prefix}/image-1.png`, 100],
      [`${prefix}/image-2.png`, 200],
    ]);
    expect(bench.queue.sent).toEqual([
      { wakeUp: { jobId: job.id, hop: 0 }, owner: 'vk_1', lane: 'shared', delaySeconds: 0 },
    ]);
  });

  it('refuses a mask that leaves nothing to edit before anything is stored', async () => {
    const bench = createSubmitBench();
    const size = { width: 640, height: 480 };
    const masked = async (hole: number) => {
      const bytes = await holedMask(size, { left: 0, top: 0, width: hole, height: hole });
      return bench.submit({ ...edit, mask: { param: 'mask', bytes } });
    };
    await expect(masked(0)).rejects.toMatchObject({ code: 'invalid_image', param: 'mask' });
    expect(bench.keys()).toEqual([]);
    expect(bench.queue.sent).toEqual([]);
    expect((await masked(1)).job.mask).toMatchObject({ ...size, type: 'png' });
  });

  it('gives two submissions of one body ids and nonces of their own', async () => {
    const bench = createSubmitBench();
    const [one, other] = [await bench.submit(), await bench.submit()];
    expect(one.job.id).not.toBe(other.job.id);
    expect(bench.keys()).toHaveLength(4);
  });

  it('keeps a submission that is too large for the item in the bucket, and a small one in the item', async () => {
    const bench = createSubmitBench();
    const submission = (length: number) => ({ ...received().submission, prompt: 'x'.repeat(length) });
    const small = await bench.submit(received({ submission: submission(4000) }));
    expect(small.job.submission).toEqual({ in: 'item', submission: submission(4000) });
    const large = await bench.submit(received({ submission: submission(9000) }));
    const key = `inputs/r2/${large.job.submissionNonce}/submission.json`;
    expect(large.job.submission).toEqual({ in: 'bucket', key });
    expect(await bench.images.findJson(key)).toEqual(submission(9000));
  });

  it('measures a submission in bytes, not in characters', async () => {
    const bench = createSubmitBench();
    const submission = { ...received().submission, prompt: '海'.repeat(4000) };
    expect((await bench.submit(received({ submission }))).job.submission.in).toBe('bucket');
  });

  it("lets the request's time to live win over the key's, and that over the stage's", async () => {
    const bench = createSubmitBench();
    const key = sampleCaller({ resultTtlSeconds: 70 });
    expect((await bench.submit(received(), {}, key)).job.resultTtlSeconds).toBe(70);
    const asked = await bench.submit(received({ resultTtlSeconds: 7 * 86_400 }), {}, key);
    expect(asked.job).toMatchObject({ resultTtlSeconds: 7 * 86_400, retentionDays: 8 });
  });

  it('leaves nothing behind when it refuses, and never gets as far as the queue', async () => {
    const bench = createSubmitBench();
    const broken = { ...edit, images: [{ param: 'image', bytes: Buffer.from('GIF89a') }] };
    await expect(bench.submit(broken)).rejects.toMatchObject({ code: 'invalid_image', param: 'image' });
    await expect(bench.submit({ ...edit, model: 'openai/odd' })).rejects.toMatchObject({
      code: 'unsupported_operation',
    });
    expect([bench.keys(), bench.jobs.records(), bench.queue.sent]).toEqual([[], [], []]);
  });

  it('takes the inputs back, and asks for nothing more, when one of them can not be stored', async () => {
    const bench = createSubmitBench();
    const images = {
      ...bench.images,
      put: (key: string, bytes: Uint8Array, type: string) =>
        key.includes('image-2') ? Promise.reject(new Error('503')) : bench.images.put(key, bytes, type),
    };
    await expect(bench.submit(edit, { images })).rejects.toMatchObject({ code: 'unavailable' });
    expect([bench.keys(), bench.jobs.records(), bench.queue.sent]).toEqual([[], [], []]);
  });
});

describe('submitJob, when the item or the wake-up fails', () => {
  const down = () => Promise.reject(new Error('down'));

  it('takes item and inputs back when the wake-up could not be sent', async () => {
    const bench = createSubmitBench();
    await expect(bench.submit(edit, { queue: { send: down } })).rejects.toMatchObject({ code: 'unavailable' });
    expect([bench.keys(), bench.jobs.records()]).toEqual([[], []]);
    expect(bench.codes()).toEqual(['submission_undone']);
  });

  it('takes the inputs back when the item could not be written', async () => {
    const bench = createSubmitBench();
    await expect(bench.submit(edit, { jobs: { ...bench.jobs, create: down } })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(bench.keys()).toEqual([]);
  });

  it('takes back an item of which only the answer was lost', async () => {
    const bench = createSubmitBench();
    const create: JobStore['create'] = (order) => bench.jobs.create(order).then(down);
    await expect(bench.submit(edit, { jobs: { ...bench.jobs, create }, queue: { send: down } })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect([bench.keys(), bench.jobs.records()]).toEqual([[], []]);
  });

  it('is accepted after all when the answer was lost and a worker has the job already', async () => {
    const bench = createSubmitBench();
    const create: JobStore['create'] = async (order) => {
      await bench.jobs.create(order);
      await bench.jobs.apply(order.id, claim(0, noon, 120));
      return down();
    };
    const { job, replayed } = await bench.submit(edit, { jobs: { ...bench.jobs, create } });
    expect(job.status).toBe('processing');
    expect(replayed).toBe(false);
    expect(bench.keys()).toHaveLength(2);
  });

  it('keeps the inputs, and says that it does not know, when the item can not be taken back', async () => {
    const bench = createSubmitBench();
    await expect(
      bench.submit(edit, { jobs: { ...bench.jobs, undo: down }, queue: { send: down } }),
    ).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Idempotency-Key') });
    expect(bench.keys()).toHaveLength(2);
    expect(bench.codes()).toEqual(['submission_undo_failed']);
  });

  it('still answers, and leaves the rest to the lifecycle, when the inputs can not be taken back', async () => {
    const bench = createSubmitBench();
    const images = { ...bench.images, remove: down };
    await expect(bench.submit(edit, { images, queue: { send: down } })).rejects.toMatchObject({ code: 'unavailable' });
    expect(bench.codes()).toEqual(['cleanup_failed', 'submission_undone']);
  });
});
