import { describe, expect, it } from 'vitest';
import { deleteKey } from '../../../../lambda/application/keys/delete-key.ts';
import type { InputImage } from '../../../../lambda/domain/images/image.ts';
import { cancel } from '../../../../lambda/domain/jobs/endings.ts';
import { createKeyFixture } from '../../../support/key-fixture.ts';

const always = () => true;
const jobId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A key with jobs of its own, and another owner's. */
async function keyWithJobs(count: number) {
  const fixture = createKeyFixture();
  const { key } = await fixture.make();
  const imageOf = (number: number): InputImage => ({
    key: `inputs/r2/n${number}/image-0.png`,
    ...{ type: 'png', bytes: 1, width: 1, height: 1, sha256: 'abc', hasAlpha: false },
  });
  for (let number = 1; number <= count; number += 1) {
    const images = [imageOf(number)];
    await fixture.accept({ id: jobId(number), owner: key.id, submissionNonce: `n${number}`, images });
    await fixture.images.put(`inputs/r2/n${number}/image-0.png`, new Uint8Array(1), 'image/png');
  }
  await fixture.accept({ id: jobId(99), owner: 'vk_other' });
  fixture.events.length = 0;
  return { ...fixture, key };
}

describe('deleteKey', () => {
  it('removes the key and frees its name, and leaves its jobs to live until their end', async () => {
    const fixture = await keyWithJobs(1);
    const { key } = fixture;
    expect(await deleteKey(fixture, 'admin:ann', key.id, { purge: false, hasTime: always })).toBe('not_purged');
    expect(fixture.registry.kept(key.id)).toBeUndefined();
    expect(await fixture.jobs.find(jobId(1))).toMatchObject({ status: 'pending' });
    expect(await fixture.usage.find(key.id)).toBeUndefined();
    expect(fixture.events).toMatchObject([
      { code: 'key_deleted', fields: { keyId: key.id, by: 'admin:ann', purge: false } },
    ]);
    expect((await fixture.make()).key.name).toBe(key.name);
  });

  it('deletes all that the key owns where that is wanted, and nothing of others', async () => {
    const fixture = await keyWithJobs(20);
    const { key } = fixture;
    const outcome = await deleteKey(fixture, 'admin:ann', key.id, { purge: true, hasTime: always });
    expect(outcome).toBe('done');
    for (let number = 1; number <= 20; number += 1) {
      expect(await fixture.jobs.find(jobId(number))).toMatchObject({
        status: 'cancelled',
        deletedAt: expect.any(Number),
      });
    }
    expect([...fixture.images.objects.keys()]).toEqual([]);
    expect(await fixture.jobs.find(jobId(99))).toMatchObject({ status: 'pending' });
    expect(fixture.events.at(-1)).toMatchObject({
      code: 'owner_purged',
      fields: { owner: key.id, deleted: 20, failed: 0, isDone: true },
    });
  });

  it('deletes what has expired, too, for the bucket may hold it still', async () => {
    const fixture = await keyWithJobs(1);
    const job = await fixture.jobs.find(jobId(1));
    if (job) await fixture.jobs.apply(job.id, cancel(job, fixture.clock.now()));
    fixture.clock.advance(2 * 3600);
    await deleteKey(fixture, 'admin:ann', fixture.key.id, { purge: true, hasTime: always });
    expect([...fixture.images.objects.keys()]).toEqual([]);
  });

  it('marks the owner before anything else, for the sweep to go on where this ends', async () => {
    const fixture = await keyWithJobs(3);
    const failing = { ...fixture.usage, markForPurge: () => Promise.reject(new Error('The store is down.')) };
    const wanted = { purge: true, hasTime: always };
    await expect(deleteKey({ ...fixture, usage: failing }, 'admin:ann', fixture.key.id, wanted)).rejects.toThrow(
      'down',
    );
    expect(fixture.registry.kept(fixture.key.id)).toBeDefined();
    expect(await fixture.jobs.find(jobId(1))).toMatchObject({ status: 'pending' });
    const late = { purge: true, hasTime: () => false };
    expect(await deleteKey(fixture, 'admin:ann', fixture.key.id, late)).toBe('continues');
    expect(await fixture.usage.find(fixture.key.id)).toMatchObject({ purgeAt: fixture.clock.now() });
    expect(fixture.registry.kept(fixture.key.id)).toBeUndefined();
  });

  it('goes on with the others where one job can not be deleted, and says that it continues', async () => {
    const fixture = await keyWithJobs(3);
    const images = {
      remove: async (keys: readonly string[]) => {
        if (keys.some((key) => key.includes('/n2/'))) throw new Error('The bucket is down.');
        await fixture.images.remove(keys);
      },
    };
    const wanted = { purge: true, hasTime: always };
    expect(await deleteKey({ ...fixture, images }, 'admin:ann', fixture.key.id, wanted)).toBe('continues');
    expect([...fixture.images.objects.keys()]).toEqual(['inputs/r2/n2/image-0.png']);
    expect(fixture.events.at(-1)).toMatchObject({ fields: { deleted: 2, failed: 1, isDone: false } });
  });

  it('takes no job for the owner’s only because the index says so', async () => {
    const fixture = await keyWithJobs(1);
    const ownedJobs = {
      async *pages() {
        yield [{ id: jobId(99) }, { id: jobId(50) }];
      },
    };
    await deleteKey({ ...fixture, ownedJobs }, 'admin:ann', fixture.key.id, { purge: true, hasTime: always });
    expect(await fixture.jobs.find(jobId(99))).toMatchObject({ status: 'pending' });
  });

  it('removes a key that somebody changes meanwhile, and knows no other', async () => {
    const fixture = await keyWithJobs(0);
    const { id } = fixture.key;
    let changes = 1;
    const registry = {
      find: fixture.registry.find,
      async remove(seen: Parameters<typeof fixture.registry.remove>[0]) {
        if (changes-- > 0) await fixture.registry.replace(seen, seen);
        return fixture.registry.remove(seen);
      },
    };
    const wanted = { purge: false, hasTime: always };
    expect(await deleteKey({ ...fixture, registry }, 'admin:ann', id, wanted)).toBe('not_purged');
    await expect(deleteKey(fixture, 'admin:ann', id, { ...wanted, purge: true })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await fixture.usage.find(id)).toBeUndefined();
  });
});
