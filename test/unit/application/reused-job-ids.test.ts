import { describe, expect, it } from 'vitest';
import { createJobIds } from '../../../lambda/adapters/secrets/job-ids.ts';
import { createLinkSigner } from '../../../lambda/adapters/secrets/link-signer.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { getImage } from '../../../lambda/application/serve/get-image.ts';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import type { ImageLink } from '../../../lambda/domain/images/image-link.ts';
import type { Job } from '../../../lambda/domain/jobs/job.ts';
import { imageLinks } from '../../../lambda/http/answer/image-links.ts';
import { createApiBench, received, sampleCaller } from '../../support/api-bench.ts';
import { createWorkerBench, deliverImages } from '../../support/worker-bench.ts';

const rootSecret = { keyFor: async () => new Uint8Array(32).fill(7) };
const days = 86_400;

/** One idempotency key, under which one job after another is made, each with the same id. */
function createReportBench() {
  const bench = createApiBench();
  const signer = createLinkSigner(rootSecret);
  const { clock, jobs, images, queue } = bench;
  const submitting = { ...bench.submitting, ids: createJobIds(rootSecret) };
  const worker = createWorkerBench(Array.from({ length: 4 }, () => deliverImages()));
  return {
    ...bench,
    /** A job from its submission to its end. */
    async make(): Promise<Job> {
      const what = received({ idempotencyKey: 'nightly-report' });
      const { job, replayed } = await submitJob(submitting, sampleCaller(), 'request-1', what);
      expect(replayed).toBe(false);
      await worker.process({ clock, jobs, images, queue }, { jobId: job.id });
      const made = await jobs.find(job.id);
      if (made?.status !== 'completed') throw new Error('The job was not completed.');
      return made;
    },
    remove: (job: Job) => deleteJob(bench, sampleCaller({ owner: job.owner }), job.operation, job.id),
    async linkOf(job: Job): Promise<ImageLink> {
      const link = new URL((await imageLinks(job, 'https://gateway.example', signer))(0));
      const [expires = '', signature = ''] = ['expires', 'signature'].map((name) => link.searchParams.get(name) ?? '');
      return { jobId: job.id, index: '0', expires, signature };
    },
    open: (link: ImageLink) =>
      getImage({ jobs, signer, clock, links: { linkTo: async (key) => `https://storage/${key}` } }, link),
  };
}

const notFound = { code: 'not_found' };

describe('getImage, where an id is used again', () => {
  it('does not open the next job by an expired link of the one before', async () => {
    const bench = createReportBench();
    const first = await bench.make();
    const link = await bench.linkOf(first);
    expect(await bench.open(link)).toContain(first.submissionNonce);
    bench.clock.advance(3 * days);
    await expect(bench.open(link)).rejects.toMatchObject(notFound);
    const second = await bench.make();
    expect(second.id).toBe(first.id);
    await expect(bench.open(link)).rejects.toMatchObject(notFound);
    expect(await bench.open(await bench.linkOf(second))).toContain(second.submissionNonce);
  });

  it('does not open it by a link of a deleted job that would still be good', async () => {
    const bench = createReportBench();
    const first = await bench.make();
    const link = await bench.linkOf(first);
    await bench.remove(first);
    await expect(bench.open(link)).rejects.toMatchObject(notFound);
    bench.jobs.drop(first.id);
    // In the same second, so that nothing but the submission tells the two apart.
    const second = await bench.make();
    expect((await bench.linkOf(second)).expires).toBe(link.expires);
    await expect(bench.open(link)).rejects.toMatchObject(notFound);
    expect(await bench.open(await bench.linkOf(second))).toContain(second.submissionNonce);
  });
});
