import { describe, expect, it } from 'vitest';
import { createJobIds } from '../../../lambda/adapters/secrets/job-ids.ts';
import { createLinkSigner } from '../../../lambda/adapters/secrets/link-signer.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { getImage } from '../../../lambda/application/serve/get-image.ts';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import type { ImageLink } from '../../../lambda/domain/images/image-link.ts';
import type { Job } from '../../../lambda/domain/jobs/job.ts';
import { imageLinks } from '../../../lambda/http/answer/image-links.ts';
import { createApiFixture, received, sampleCaller } from '../../support/api-fixture.ts';
import { createWorkerFixture, deliverImages } from '../../support/worker-fixture.ts';

const rootSecret = { keyFor: async () => new Uint8Array(32).fill(7) };
const days = 86_400;

/** One idempotency key, under which one job after another is made, each with the same id. */
function createReportFixture() {
  const fixture = createApiFixture();
  const signer = createLinkSigner(rootSecret);
  const { clock, jobs, images, queue } = fixture;
  const submitting = { ...fixture.submitting, ids: createJobIds(rootSecret) };
  const worker = createWorkerFixture(Array.from({ length: 4 }, () => deliverImages()));
  return {
    ...fixture,
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
    remove: (job: Job) => deleteJob(fixture, sampleCaller({ owner: job.owner }), job.operation, job.id),
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
    const fixture = createReportFixture();
    const first = await fixture.make();
    const link = await fixture.linkOf(first);
    expect(await fixture.open(link)).toContain(first.submissionNonce);
    fixture.clock.advance(3 * days);
    await expect(fixture.open(link)).rejects.toMatchObject(notFound);
    const second = await fixture.make();
    expect(second.id).toBe(first.id);
    await expect(fixture.open(link)).rejects.toMatchObject(notFound);
    expect(await fixture.open(await fixture.linkOf(second))).toContain(second.submissionNonce);
  });

  it('does not open it by a link of a deleted job that would still be good', async () => {
    const fixture = createReportFixture();
    const first = await fixture.make();
    const link = await fixture.linkOf(first);
    await fixture.remove(first);
    await expect(fixture.open(link)).rejects.toMatchObject(notFound);
    fixture.jobs.drop(first.id);
    // In the same second, so that nothing but the submission tells the two apart.
    const second = await fixture.make();
    expect((await fixture.linkOf(second)).expires).toBe(link.expires);
    await expect(fixture.open(link)).rejects.toMatchObject(notFound);
    expect(await fixture.open(await fixture.linkOf(second))).toContain(second.submissionNonce);
  });
});
