import { describe, expect, it } from 'vitest';
import { getImage } from '../../../../lambda/application/serve/get-image.ts';
import type { ImageLink } from '../../../../lambda/domain/images/image-link.ts';
import { complete, erase } from '../../../../lambda/domain/jobs/endings.ts';
import type { LinkSigner, StorageLinks } from '../../../../lambda/domain/ports.ts';
import { createApiFixture } from '../../../support/api-fixture.ts';
import { noon, sampleAttempt } from '../../../support/sample-job.ts';

const stored = { type: 'png', width: 8, height: 8, hasAlpha: false, bytes: 70 } as const;
const result = {
  images: [
    { ...stored, key: 'results/0.png' },
    { ...stored, key: 'results/1.png' },
  ],
  provider: 'openai',
  model: 'm',
  latency: 1,
  warnings: [],
};
const signer: LinkSigner = {
  sign: async ({ jobId, index, expires }, nonce) => `${jobId}|${index}|${expires}|${nonce}`,
  isGenuine: async ({ jobId, index, expires }, signature) => signature.startsWith(`${jobId}|${index}|${expires}|`),
  isFor: async ({ jobId, index, expires }, nonce, signature) => signature === `${jobId}|${index}|${expires}|${nonce}`,
};
const links: StorageLinks = {
  linkTo: async (key, type, seconds, method) => `${method === 'GET' ? '' : `${method} `}${key} ${type} ${seconds}`,
};

async function createImageFixture(resultTtlSeconds = 3600) {
  const fixture = createApiFixture();
  await fixture.accept({ resultTtlSeconds });
  const job = await fixture.work();
  const { id } = fixture.order;
  const expires = Math.floor((noon + resultTtlSeconds * 1000) / 1000);
  const linkFor = (index: string): ImageLink => ({
    jobId: id,
    index,
    expires: String(expires),
    signature: `${id}|${Number(index)}|${expires}|${fixture.order.submissionNonce}`,
  });
  return {
    ...fixture,
    linkFor,
    id,
    complete: () => fixture.jobs.apply(id, complete(job, sampleAttempt({ outcome: 'succeeded' }), result, noon)),
    get: (link: ImageLink = linkFor('1'), over: Partial<typeof fixture> = {}) =>
      getImage({ ...fixture, ...over, signer, links }, link),
  };
}

const notFound = { code: 'not_found' };

describe('getImage', () => {
  it('gives an address of the very image for a quarter of an hour', async () => {
    const fixture = await createImageFixture();
    await fixture.complete();
    expect(await fixture.get()).toBe('results/1.png png 900');
    expect(await fixture.get(fixture.linkFor('0'))).toBe('results/0.png png 900');
  });

  it('gives an address for HEAD to who asks by HEAD', async () => {
    const fixture = await createImageFixture();
    await fixture.complete();
    expect(await getImage({ ...fixture, signer, links }, fixture.linkFor('1'), 'HEAD')).toBe(
      'HEAD results/1.png png 900',
    );
  });

  it('lets no address outlive the job', async () => {
    const fixture = await createImageFixture();
    await fixture.complete();
    fixture.clock.set(noon + 3600_000 - 10_700);
    expect(await fixture.get()).toBe('results/1.png png 10');
    fixture.clock.set(noon + 3600_000 - 1000);
    expect(await fixture.get()).toBe('results/1.png png 1');
    fixture.clock.advance(0.999); // a link's seconds are whole: this is the only time at which it is too long
    expect(await fixture.get()).toBe('results/1.png png 1');
  });

  it('has nothing from the millisecond at which the job expires', async () => {
    const fixture = await createImageFixture();
    await fixture.complete();
    for (const late of [0, 1, 3600_000]) {
      fixture.clock.set(noon + 3600_000 + late);
      await expect(fixture.get()).rejects.toMatchObject(notFound);
    }
  });

  it('reads nothing for a link that is not genuine', async () => {
    const fixture = await createImageFixture();
    await fixture.complete();
    const jobs = {
      ...fixture.jobs,
      find: () => {
        throw new Error('read');
      },
    };
    const link = fixture.linkFor('1');
    for (const forged of [
      { ...link, index: '0' },
      { ...link, expires: String(Number(link.expires) + 1) },
      { ...link, signature: '' },
      { ...link, jobId: '3f2f6a52-1111-4a5b-8c3d-000000000009' },
      { ...link, index: '-1', signature: `${fixture.id}|-1|${link.expires}|n` },
      { ...link, index: '1.0' },
      { ...link, index: '' },
      { ...link, expires: '' },
      { ...link, jobId: '../x', signature: `../x|1|${link.expires}|n` },
    ]) {
      await expect(fixture.get(forged, { jobs })).rejects.toMatchObject(notFound);
    }
  });

  it('knows one spelling of an address, and reads nothing for another', async () => {
    const fixture = await createImageFixture();
    await fixture.complete();
    const jobs = { ...fixture.jobs, find: () => Promise.reject(new Error('read')) };
    const link = fixture.linkFor('1');
    const { expires } = link;
    for (const variant of [
      { ...link, index: '01' },
      { ...fixture.linkFor('0'), index: '00' },
      { ...link, index: '+1' },
      { ...link, index: ' 1' },
      { ...link, index: '1e0' },
      { ...link, expires: `0${expires}` },
      { ...link, expires: `+${expires}` },
      { ...link, expires: `${expires}.0` },
      { ...link, jobId: link.jobId.toUpperCase() },
      undefined,
    ]) {
      await expect(getImage({ ...fixture, jobs, signer, links }, variant)).rejects.toMatchObject(notFound);
    }
  });

  it('knows a link as over by what it says itself, whatever job has its id, and then reads nothing', async () => {
    const fixture = await createImageFixture();
    await fixture.complete();
    const jobs = { ...fixture.jobs, find: () => Promise.reject(new Error('read')) };
    fixture.clock.set(noon + 3600_000 + 1000);
    await expect(fixture.get(fixture.linkFor('1'), { jobs })).rejects.toMatchObject(notFound);
  });

  it('does not open a job by another expiry than its own, though the signature is genuine', async () => {
    const fixture = await createImageFixture();
    await fixture.complete();
    const { jobId, expires } = fixture.linkFor('1');
    for (const off of [-1, 1, 3600]) {
      const other = Number(expires) + off;
      const signature = `${jobId}|1|${other}|${fixture.order.submissionNonce}`;
      await expect(fixture.get({ jobId, index: '1', expires: String(other), signature })).rejects.toMatchObject(
        notFound,
      );
    }
  });

  it('has no image beyond the last, none of an open job, and none of a deleted one', async () => {
    const fixture = await createImageFixture();
    await expect(fixture.get()).rejects.toMatchObject(notFound);
    await fixture.complete();
    await expect(fixture.get(fixture.linkFor('2'))).rejects.toMatchObject(notFound);
    const job = await fixture.jobs.find(fixture.id);
    if (job) await fixture.jobs.apply(fixture.id, erase(job, noon));
    await expect(fixture.get()).rejects.toMatchObject(notFound);
  });
});
