import { describe, expect, it } from 'vitest';
import { deleteJob } from '../../../../lambda/application/serve/delete-job.ts';
import { getJob } from '../../../../lambda/application/serve/get-job.ts';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import type { ByteStream } from '../../../../lambda/domain/images/image.ts';
import { createApiBench, noWait, received, sampleCaller } from '../../../support/api-bench.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { createWorkerBench, deliverImages } from '../../../support/worker-bench.ts';

async function createDeleteBench() {
  const api = createApiBench();
  const large = { operation: 'edit', prompt: 'x'.repeat(9000), n: 1, parameters: {}, extra: {} } as const;
  const images = [{ param: 'image', bytes: pngBytes(100) }];
  const wanted = received({ submission: large, images, rawWanted: { request: true, response: true } });
  const { job } = await submitJob(api.submitting, sampleCaller(), 'request-1', wanted);
  const worker = createWorkerBench([
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
    const bench = await createDeleteBench();
    await bench.work();
    expect((await bench.get()).job.status).toBe('completed');
    expect(bench.images.objects.size).toBe(6); // image, submission, result, manifest, and the two raw bodies
    await bench.remove();
    expect([...bench.images.objects.keys()]).toEqual([]);
    await expect(bench.get()).rejects.toMatchObject({ code: 'not_found' });
    const record = bench.jobs.record(bench.id);
    expect(record).toMatchObject({
      owner: 'vk_1',
      attempts: [{ outcome: 'succeeded', billed: 'yes' }],
      images: [],
      ttl: (bench.jobs.record(bench.id)?.deadlineAt ?? 0) / 1000 + 48 * 3600,
    });
    expect(record).not.toHaveProperty('result');
    expect(JSON.stringify(record)).not.toContain('xxx');
  });

  it('cancels an open job first', async () => {
    const bench = await createDeleteBench();
    await bench.remove();
    expect(bench.images.objects.size).toBe(0);
    expect(bench.jobs.record(bench.id)).toMatchObject({ status: 'cancelled', deletedAt: bench.clock.now() });
    expect(bench.codes()).toEqual(['job_accepted', 'job_cancelled', 'job_deleted']);
  });

  it('removes what a lost worker had put there, and what was kept for a poll that never came', async () => {
    const bench = await createDeleteBench();
    const [prompt, lost] = [{ prompt: 'secret' }, new Promise<never>(() => {})];
    const worker = createWorkerBench([
      async (call) => {
        call.keepRawRequest(prompt);
        return { status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 5 };
      },
    ]);
    const wakeUp = { jobId: bench.id };
    await worker.process({ jobs: bench.jobs, images: bench.images, clock: bench.clock }, wakeUp);
    const raw = [...bench.images.objects.keys()].filter((key) => key.endsWith('/1/raw-request.json'));
    expect(raw).toHaveLength(1);
    bench.clock.advance(5);
    const dying = createWorkerBench([], { resume: [deliverImages()] });
    const images = { ...bench.images, putJson: () => lost };
    void dying.process({ jobs: bench.jobs, images, clock: bench.clock }, { ...wakeUp, hop: 1 });
    await expect.poll(() => [...bench.images.objects.keys()].some((key) => key.endsWith('/1/0.png'))).toBe(true);
    await bench.remove();
    expect([...bench.images.objects.keys()]).toEqual([]);
  });

  it('can be called again when an object could not be removed', async () => {
    const bench = await createDeleteBench();
    await bench.work();
    const remove = () => Promise.reject(new Error('503'));
    await expect(bench.remove({ images: { ...bench.images, remove } })).rejects.toThrow('503');
    await bench.remove();
    expect(bench.images.objects.size).toBe(0);
    await expect(bench.remove()).rejects.toMatchObject({ code: 'not_found' });
  });

  it("touches nothing of another owner's", async () => {
    const bench = await createDeleteBench();
    await bench.work();
    await expect(bench.remove({}, 'vk_2')).rejects.toMatchObject({ code: 'not_found' });
    expect(bench.images.objects.size).toBe(6);
    expect((await bench.get()).job.status).toBe('completed');
  });

  it('lets a worker that is still at it leave nothing behind, and close its entry', async () => {
    const bench = await createDeleteBench();
    const deleting = {
      ...bench.images,
      async save(key: string, bytes: ByteStream, signal: AbortSignal) {
        const image = await bench.images.save(key, bytes, signal);
        await bench.remove();
        return image;
      },
    };
    const worker = createWorkerBench([deliverImages()]);
    await worker.process({ jobs: bench.jobs, images: deleting, clock: bench.clock }, { jobId: bench.id });
    expect([...bench.images.objects.keys()]).toEqual([]);
    expect(bench.jobs.record(bench.id)).toMatchObject({
      status: 'cancelled',
      attempts: [{ outcome: 'succeeded', billed: 'yes' }],
    });
    await expect(bench.get()).rejects.toMatchObject({ code: 'not_found' });
  });
});
