import { describe, expect, it } from 'vitest';
import { deleteJob } from '../../../../lambda/application/serve/delete-job.ts';
import { getJob } from '../../../../lambda/application/serve/get-job.ts';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import type { ByteStream } from '../../../../lambda/domain/images/image.ts';
import { createApiFixture, noWait, received, sampleCaller } from '../../../support/api-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { createWorkerFixture, deliverImages } from '../../../support/worker-fixture.ts';

async function createDeleteFixture() {
  const api = createApiFixture();
  const large = { operation: 'edit', prompt: 'x'.repeat(9000), n: 1, parameters: {}, extra: {} } as const;
  const images = [{ param: 'image', bytes: pngBytes(100) }];
  const wanted = received({ submission: large, images, rawWanted: { request: true, response: true } });
  const { job } = await submitJob(api.submitting, sampleCaller(), 'request-1', wanted);
  const worker = createWorkerFixture([
    async (call, model) => {
      call.keepRawRequest({ model });
      call.keepRawResponse(() => ({ made: 1 }));
      return deliverImages()(call, model);
    },
  ]);
  return {
    ...api,
    id: job.id,
    work: () => worker.process({ jobs: api.jobs, images: api.images, clock: api.clock }, { jobId: job.id }),
    remove: (over: Partial<typeof api> = {}, owner = 'vk_1') =>
      deleteJob({ ...api, ...over }, sampleCaller({ owner }), 'edit', job.id),
    get: () => getJob(api, sampleCaller(), 'edit', job.id, noWait),
  };
}

describe('deleteJob', () => {
  it('removes every object of a completed job, and leaves only its ledger', async () => {
    const fixture = await createDeleteFixture();
    await fixture.work();
    expect((await fixture.get()).job.status).toBe('completed');
    expect(fixture.images.objects.size).toBe(6); // image, submission, result, manifest, and the two raw bodies
    await fixture.remove();
    expect([...fixture.images.objects.keys()]).toEqual([]);
    await expect(fixture.get()).rejects.toMatchObject({ code: 'not_found' });
    const record = fixture.jobs.record(fixture.id);
    expect(record).toMatchObject({
      owner: 'vk_1',
      attempts: [{ outcome: 'succeeded', billed: 'yes' }],
      images: [],
      ttl: (fixture.jobs.record(fixture.id)?.deadlineAt ?? 0) / 1000 + 48 * 3600,
    });
    expect(record).not.toHaveProperty('result');
    expect(JSON.stringify(record)).not.toContain('xxx');
  });

  it('cancels an open job first', async () => {
    const fixture = await createDeleteFixture();
    await fixture.remove();
    expect(fixture.images.objects.size).toBe(0);
    expect(fixture.jobs.record(fixture.id)).toMatchObject({ status: 'cancelled', deletedAt: fixture.clock.now() });
    expect(fixture.codes()).toEqual(['job_accepted', 'job_cancelled', 'job_deleted']);
  });

  it('removes what a lost worker had put there, and what was kept for a poll that never came', async () => {
    const fixture = await createDeleteFixture();
    const [prompt, lost] = [{ prompt: 'secret' }, new Promise<never>(() => {})];
    const worker = createWorkerFixture([
      async (call) => {
        call.keepRawRequest(prompt);
        return { status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 5 };
      },
    ]);
    const wakeUp = { jobId: fixture.id };
    await worker.process({ jobs: fixture.jobs, images: fixture.images, clock: fixture.clock }, wakeUp);
    const raw = [...fixture.images.objects.keys()].filter((key) => key.endsWith('/1/raw-request.json'));
    expect(raw).toHaveLength(1);
    fixture.clock.advance(5);
    const dying = createWorkerFixture([], { resume: [deliverImages()] });
    const images = { ...fixture.images, putJson: () => lost };
    void dying.process({ jobs: fixture.jobs, images, clock: fixture.clock }, { ...wakeUp, hop: 1 });
    await expect.poll(() => [...fixture.images.objects.keys()].some((key) => key.endsWith('/1/0.png'))).toBe(true);
    await fixture.remove();
    expect([...fixture.images.objects.keys()]).toEqual([]);
  });

  it('can be called again when an object could not be removed', async () => {
    const fixture = await createDeleteFixture();
    await fixture.work();
    const remove = () => Promise.reject(new Error('503'));
    await expect(fixture.remove({ images: { ...fixture.images, remove } })).rejects.toThrow('503');
    await fixture.remove();
    expect(fixture.images.objects.size).toBe(0);
    await expect(fixture.remove()).rejects.toMatchObject({ code: 'not_found' });
  });

  it("touches nothing of another owner's", async () => {
    const fixture = await createDeleteFixture();
    await fixture.work();
    await expect(fixture.remove({}, 'vk_2')).rejects.toMatchObject({ code: 'not_found' });
    expect(fixture.images.objects.size).toBe(6);
    expect((await fixture.get()).job.status).toBe('completed');
  });

  it('lets a worker that is still at it leave nothing behind, and close its entry', async () => {
    const fixture = await createDeleteFixture();
    const deleting = {
      ...fixture.images,
      async save(key: string, bytes: ByteStream, signal: AbortSignal) {
        const image = await fixture.images.save(key, bytes, signal);
        await fixture.remove();
        return image;
      },
    };
    const worker = createWorkerFixture([deliverImages()]);
    await worker.process({ jobs: fixture.jobs, images: deleting, clock: fixture.clock }, { jobId: fixture.id });
    expect([...fixture.images.objects.keys()]).toEqual([]);
    expect(fixture.jobs.record(fixture.id)).toMatchObject({
      status: 'cancelled',
      attempts: [{ outcome: 'succeeded', billed: 'yes' }],
    });
    await expect(fixture.get()).rejects.toMatchObject({ code: 'not_found' });
  });
});
