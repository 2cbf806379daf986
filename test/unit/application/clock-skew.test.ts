import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createS3StorageLinks } from '../../../lambda/adapters/s3/s3-storage-links.ts';
import { createJobIds } from '../../../lambda/adapters/secrets/job-ids.ts';
import { createLinkSigner } from '../../../lambda/adapters/secrets/link-signer.ts';
import type { RootSecret } from '../../../lambda/adapters/secrets/root-secret.ts';
import { getImage } from '../../../lambda/application/serve/get-image.ts';
import { cancel, complete } from '../../../lambda/domain/jobs/endings.ts';
import type { Job, OpenJob } from '../../../lambda/domain/jobs/job.ts';
import { claim } from '../../../lambda/domain/jobs/transitions.ts';
import { imageLinks } from '../../../lambda/http/answer/image-links.ts';
import { createApiFixture } from '../../support/api-fixture.ts';
import { noon, sampleAttempt } from '../../support/sample-job.ts';

/** How wrong the clock of a function may be where tokens, signatures and expiry are concerned, in seconds. */
const skews = [-300, -1, 0, 1, 300];
const clock = { now: () => Date.now() };
const image = { key: 'results/0.png', type: 'png', width: 8, height: 8, hasAlpha: false, bytes: 70 } as const;
const result = { images: [image], provider: 'openai', model: 'm', latency: 1, warnings: [] };
const rootSecret: RootSecret = { keyFor: async (purpose) => new TextEncoder().encode(purpose.padEnd(32)) };
const signer = createLinkSigner(rootSecret);
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const client = new S3Client({
  region: 'eu-central-1',
  endpoint: 'http://127.0.0.1:1',
  forcePathStyle: true,
  credentials,
});
const links = createS3StorageLinks(client, { bucketName: 'images' });

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** When a presigned address begins to hold and when it ends, by whatever clock looks at it. */
function lifeOf(address: string): { readonly from: number; readonly until: number } {
  const { searchParams } = new URL(address);
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '') ?? [];
  const [year = 0, month = 0, day, hour, minute, second] = parts.map(Number);
  const from = Date.UTC(year, month - 1, day, hour, minute, second);
  return { from, until: from + Number(searchParams.get('X-Amz-Expires')) * 1000 };
}

/** A job that was completed at noon and lives for an hour, and the link to its image, made by a clock that is off. */
async function completed(madeBySkew: number) {
  vi.setSystemTime(noon);
  const fixture = createApiFixture();
  await fixture.accept();
  const held = await fixture.work();
  const { job } = await fixture.jobs.apply(
    held.id,
    complete(held, sampleAttempt({ outcome: 'succeeded' }), result, noon),
  );
  vi.setSystemTime(noon + madeBySkew * 1000);
  const link = new URL((await imageLinks(job as Job, 'https://x', signer))(0));
  const parts = {
    expires: link.searchParams.get('expires') ?? '',
    signature: link.searchParams.get('signature') ?? '',
  };
  return { fixture, id: held.id, link: { path: link.pathname, jobId: held.id, index: '0', ...parts } };
}

const expiresAt = noon + 3600_000;

describe.each(skews)('with the clock of one function %i seconds off', (skew) => {
  it('a link is the same whoever makes it, and holds for another function until the job expires, and no longer', async () => {
    const { fixture, link } = await completed(skew);
    expect(link).toEqual((await completed(0)).link);
    for (const [now, holds] of [
      [noon, true],
      [expiresAt - 1, true],
      [expiresAt, false],
    ] as const) {
      vi.setSystemTime(now);
      const got = getImage({ jobs: fixture.jobs, links, signer, clock }, link);
      if (holds) await expect(got).resolves.toContain('results/0.png');
      else await expect(got).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('a storage address that it signs is one that S3 takes, and none outlives the job', async () => {
    const { fixture, link } = await completed(0);
    for (const now of [noon, noon + 1800_000, expiresAt - 600_000, expiresAt - 301_000]) {
      vi.setSystemTime(now + skew * 1000);
      const { from, until } = lifeOf(await getImage({ jobs: fixture.jobs, links, signer, clock }, link));
      // S3 takes no address that begins more than a quarter of an hour from its own time.
      expect(Math.abs(from - now)).toBeLessThan(900_000);
      expect(until).toBeGreaterThan(now);
      expect(until).toBeLessThanOrEqual(expiresAt + 1000);
    }
  });

  it('no job ends before it was made, and its row and its key outlive its result', async () => {
    const fixture = createApiFixture();
    await fixture.accept({ fingerprint: 'f' });
    const job = (await fixture.jobs.find(fixture.order.id)) as OpenJob;
    await fixture.jobs.apply(job.id, cancel(job, noon + skew * 1000));
    const record = fixture.jobs.record(job.id);
    expect(record?.completedAt).toBeGreaterThanOrEqual(noon);
    expect(record?.expiresAt).toBe((record?.completedAt ?? 0) + 3600_000);
    expect((record?.ttl ?? 0) * 1000).toBeGreaterThanOrEqual((record?.completedAt ?? 0) + 48 * 3600_000);
  });

  it('a key gives the same job', async () => {
    const ids = createJobIds(rootSecret);
    vi.setSystemTime(noon);
    const id = await ids.derived('vk_1', 'key-1');
    vi.setSystemTime(noon + skew * 1000);
    expect(await createJobIds(rootSecret).derived('vk_1', 'key-1')).toBe(id);
  });
});

describe('claim, by a clock that is five seconds ahead', () => {
  it('takes no job whose worker still holds its lease by its own clock', async () => {
    const fixture = createApiFixture();
    await fixture.accept();
    const { leaseUntil } = await fixture.work();
    for (const [byItsOwnClock, applied] of [
      [leaseUntil - 1, false],
      [leaseUntil, true],
    ] as const) {
      expect(await fixture.jobs.apply(fixture.order.id, claim(0, byItsOwnClock + 5000, 120))).toMatchObject({
        applied,
      });
    }
  });
});
