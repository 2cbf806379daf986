import { describe, expect, it } from 'vitest';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import type { ReceivedSubmission } from '../../../../lambda/domain/jobs/received-submission.ts';
import { claim } from '../../../../lambda/domain/jobs/transitions.ts';
import type { JobStore } from '../../../../lambda/domain/ports.ts';
import { createApiFixture, received, sampleCaller } from '../../../support/api-fixture.ts';
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

function createSubmitFixture() {
  const fixture = createApiFixture();
  return {
    ...fixture,
    keys: () => [...fixture.images.objects.keys()],
    submit: (what: ReceivedSubmission = edit, over: Partial<typeof fixture.submitting> = {}, caller = sampleCaller()) =>
      submitJob({ ...fixture.submitting, ...over }, caller, 'request-1', what),
  };
}

describe('submitJob', () => {
  it('stores the inputs below a nonce of its own, the item, and the wake-up of the first hop', async () => {
    const fixture = createSubmitFixture();
    const { job, replayed } = await fixture.submit();
    expect(replayed).toBe(false);
    expect(await fixture.jobs.find(job.id)).toEqual(job);
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
    expect(fixture.keys()).toEqual([`${prefix}/image-1.png`, `${prefix}/image-2.png`]);
    expect(job.images.map(({ key, bytes }) => [key, bytes])).toEqual([
      [`${prefix}/image-1.png`, 100],
      [`${prefix}/image-2.png`, 200],
    ]);
    expect(fixture.queue.sent).toEqual([
      { wakeUp: { jobId: job.id, hop: 0 }, owner: 'vk_1', lane: 'shared', delaySeconds: 0 },
    ]);
  });

  it('refuses a mask that leaves nothing to edit before anything is stored', async () => {
    const fixture = createSubmitFixture();
    const size = { width: 640, height: 480 };
    const masked = async (hole: number) => {
      const bytes = await holedMask(size, { left: 0, top: 0, width: hole, height: hole });
      return fixture.submit({ ...edit, mask: { param: 'mask', bytes } });
    };
    await expect(masked(0)).rejects.toMatchObject({ code: 'invalid_image', param: 'mask' });
    expect(fixture.keys()).toEqual([]);
    expect(fixture.queue.sent).toEqual([]);
    expect((await masked(1)).job.mask).toMatchObject({ ...size, type: 'png' });
  });

  it('gives two submissions of one body ids and nonces of their own', async () => {
    const fixture = createSubmitFixture();
    const [one, other] = [await fixture.submit(), await fixture.submit()];
    expect(one.job.id).not.toBe(other.job.id);
    expect(fixture.keys()).toHaveLength(4);
  });

  it('keeps a submission that is too large for the item in the bucket, and a small one in the item', async () => {
    const fixture = createSubmitFixture();
    const submission = (length: number) => ({ ...received().submission, prompt: 'x'.repeat(length) });
    const small = await fixture.submit(received({ submission: submission(4000) }));
    expect(small.job.submission).toEqual({ in: 'item', submission: submission(4000) });
    const large = await fixture.submit(received({ submission: submission(9000) }));
    const key = `inputs/r2/${large.job.submissionNonce}/submission.json`;
    expect(large.job.submission).toEqual({ in: 'bucket', key });
    expect(await fixture.images.findJson(key)).toEqual(submission(9000));
  });

  it('measures a submission in bytes, not in characters', async () => {
    const fixture = createSubmitFixture();
    const submission = { ...received().submission, prompt: '海'.repeat(4000) };
    expect((await fixture.submit(received({ submission }))).job.submission.in).toBe('bucket');
  });

  it("lets the request's time to live win over the key's, and that over the stage's", async () => {
    const fixture = createSubmitFixture();
    const key = sampleCaller({ resultTtlSeconds: 70 });
    expect((await fixture.submit(received(), {}, key)).job.resultTtlSeconds).toBe(70);
    const asked = await fixture.submit(received({ resultTtlSeconds: 7 * 86_400 }), {}, key);
    expect(asked.job).toMatchObject({ resultTtlSeconds: 7 * 86_400, retentionDays: 8 });
  });

  it('leaves nothing behind when it refuses, and never gets as far as the queue', async () => {
    const fixture = createSubmitFixture();
    const broken = { ...edit, images: [{ param: 'image', bytes: Buffer.from('GIF89a') }] };
    await expect(fixture.submit(broken)).rejects.toMatchObject({ code: 'invalid_image', param: 'image' });
    await expect(fixture.submit({ ...edit, model: 'openai/odd' })).rejects.toMatchObject({
      code: 'unsupported_operation',
    });
    expect([fixture.keys(), fixture.jobs.records(), fixture.queue.sent]).toEqual([[], [], []]);
  });

  it('takes the inputs back, and asks for nothing more, when one of them can not be stored', async () => {
    const fixture = createSubmitFixture();
    const images = {
      ...fixture.images,
      put: (key: string, bytes: Uint8Array, type: string) =>
        key.includes('image-2') ? Promise.reject(new Error('503')) : fixture.images.put(key, bytes, type),
    };
    await expect(fixture.submit(edit, { images })).rejects.toMatchObject({ code: 'unavailable' });
    expect([fixture.keys(), fixture.jobs.records(), fixture.queue.sent]).toEqual([[], [], []]);
  });
});

describe('submitJob, when the item or the wake-up fails', () => {
  const down = () => Promise.reject(new Error('down'));

  it('takes item and inputs back when the wake-up could not be sent', async () => {
    const fixture = createSubmitFixture();
    await expect(fixture.submit(edit, { queue: { send: down } })).rejects.toMatchObject({ code: 'unavailable' });
    expect([fixture.keys(), fixture.jobs.records()]).toEqual([[], []]);
    expect(fixture.codes()).toEqual(['submission_undone']);
  });

  it('takes the inputs back when the item could not be written', async () => {
    const fixture = createSubmitFixture();
    await expect(fixture.submit(edit, { jobs: { ...fixture.jobs, create: down } })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(fixture.keys()).toEqual([]);
  });

  it('takes back an item of which only the answer was lost', async () => {
    const fixture = createSubmitFixture();
    const create: JobStore['create'] = (order) => fixture.jobs.create(order).then(down);
    await expect(
      fixture.submit(edit, { jobs: { ...fixture.jobs, create }, queue: { send: down } }),
    ).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect([fixture.keys(), fixture.jobs.records()]).toEqual([[], []]);
  });

  it('is accepted after all when the answer was lost and a worker has the job already', async () => {
    const fixture = createSubmitFixture();
    const create: JobStore['create'] = async (order) => {
      await fixture.jobs.create(order);
      await fixture.jobs.apply(order.id, claim(0, noon, 120));
      return down();
    };
    const { job, replayed } = await fixture.submit(edit, { jobs: { ...fixture.jobs, create } });
    expect(job.status).toBe('processing');
    expect(replayed).toBe(false);
    expect(fixture.keys()).toHaveLength(2);
  });

  it('keeps the inputs, and says that it does not know, when the item can not be taken back', async () => {
    const fixture = createSubmitFixture();
    await expect(
      fixture.submit(edit, { jobs: { ...fixture.jobs, undo: down }, queue: { send: down } }),
    ).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Idempotency-Key') });
    expect(fixture.keys()).toHaveLength(2);
    expect(fixture.codes()).toEqual(['submission_undo_failed']);
  });

  it('still answers, and leaves the rest to the lifecycle, when the inputs can not be taken back', async () => {
    const fixture = createSubmitFixture();
    const images = { ...fixture.images, remove: down };
    await expect(fixture.submit(edit, { images, queue: { send: down } })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(fixture.codes()).toEqual(['cleanup_failed', 'submission_undone']);
  });
});
