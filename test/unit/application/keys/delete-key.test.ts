import { describe, expect, it } from 'vitest';
import { deleteKey } from '../../../../lambda/application/keys/delete-key.ts';
import type { InputImage } from '../../../../lambda/domain/images/image.ts';
import { cancel } from '../../../../lambda/domain/jobs/endings.ts';
import { createKeyBench } from '../../../support/key-bench.ts';

const always = () => true;
const jobId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A key with jobs of its own, and another owner's. */
async function keyWithJobs(count: number) {
  const bench = createKeyBench();
  const { key } = await bench.make();
  const imageOf = (number: number): InputImage => ({
    key: `inputs/r2/n${number}/image-0.png`,
    ...{ type: 'png', bytes: 1, width: 1, height: 1, sha256: 'abc', hasAlpha: false },
  });
  for (let number = 1; number <= count; number += 1) {
    const images = [imageOf(number)];
    await bench.accept({ id: jobId(number), owner: key.id, submissionNonce: `n${number}`, images });
    await bench.images.put(`inputs/r2/n${number}/image-0.png`, new Uint8Array(1), 'image/png');
  }
  await bench.accept({ id: jobId(99), owner: 'vk_other' });
  bench.events.length = 0;
  return { ...bench, key };
}

describe('deleteKey', () => {
  it('removes the key and frees its name, and leaves its jobs to live until their end', async () => {
    const bench = await keyWithJobs(1);
    const { key } = bench;
    expect(await deleteKey(bench, 'admin:ann', key.id, { purge: false, hasTime: always })).toBe('not_purged');
    expect(bench.registry.kept(key.id)).toBeUndefined();
    expect(await bench.jobs.find(jobId(1))).toMatchObject({ status: 'pending' });
    expect(await bench.usage.find(key.id)).toBeUndefined();
    expect(bench.events).toMatchObject([
      { code: 'key_deleted', fields: { keyId: key.id, by: 'admin:ann', purge: false } },
    ]);
    expect((await bench.make()).key.name).toBe(key.name);
  });

  it('deletes all that the key owns where that is wanted, and nothing of others', async () => {
    const bench = await keyWithJobs(20);
    const { key } = bench;
    const outcome = await deleteKey(bench, 'admin:ann', key.id, { purge: true, hasTime: always });
    expect(outcome).toBe('done');
    for (let number = 1; number <= 20; number += 1) {
      expect(await bench.jobs.find(jobId(number))).toMatchObject({
        status: 'cancelled',
        deletedAt: expect.any(Number),
      });
    }
    expect([...bench.images.objects.keys()]).toEqual([]);
    expect(await bench.jobs.find(jobId(99))).toMatchObject({ status: 'pending' });
    expect(bench.events.at(-1)).toMatchObject({
      code: 'owner_purged',
      fields: { owner: key.id, deleted: 20, failed: 0, isDone: true },
    });
  });

  it('deletes what has expired, too, for the bucket may hold it still', async () => {
    const bench = await keyWithJobs(1);
    const job = await bench.jobs.find(jobId(1));
    if (job) await bench.jobs.apply(job.id, cancel(job, bench.clock.now()));
    bench.clock.advance(2 * 3600);
    await deleteKey(bench, 'admin:ann', bench.key.id, { purge: true, hasTime: always });
    expect([...bench.images.objects.keys()]).toEqual([]);
  });

  it('marks the owner before anything else, for the sweep to go on where this ends', async () => {
    const bench = await keyWithJobs(3);
    const failing = { ...bench.usage, markForPurge: () => Promise.reject(new Error('The store is down.')) };
    const wanted = { purge: true, hasTime: always };
    await expect(deleteKey({ ...bench, usage: failing }, 'admin:ann', bench.key.id, wanted)).rejects.toThrow('down');
    expect(bench.registry.kept(bench.key.id)).toBeDefined();
    expect(await bench.jobs.find(jobId(1))).toMatchObject({ status: 'pending' });
    const late = { purge: true, hasTime: () => false };
    expect(await deleteKey(bench, 'admin:ann', bench.key.id, late)).toBe('continues');
    expect(await bench.usage.find(bench.key.id)).toMatchObject({ purgeAt: bench.clock.now() });
    expect(bench.registry.kept(bench.key.id)).toBeUndefined();
  });

  it('goes on with the others where one job can not be deleted, and says that it continues', async () => {
    const bench = await keyWithJobs(3);
    const images = {
      remove: async (keys: readonly string[]) => {
        if (keys.some((key) => key.includes('/n2/'))) throw new Error('The bucket is down.');
        await bench.images.remove(keys);
      },
    };
    const wanted = { purge: true, hasTime: always };
    expect(await deleteKey({ ...bench, images }, 'admin:ann', bench.key.id, wanted)).toBe('continues');
    expect([...bench.images.objects.keys()]).toEqual(['inputs/r2/n2/image-0.png']);
    expect(bench.events.at(-1)).toMatchObject({ fields: { deleted: 2, failed: 1, isDone: false } });
  });

  it('takes no job for the owner’s only because the index says so', async () => {
    const bench = await keyWithJobs(1);
    const ownedJobs = {
      async *pages() {
        yield [{ id: jobId(99) }, { id: jobId(50) }];
      },
    };
    await deleteKey({ ...bench, ownedJobs }, 'admin:ann', bench.key.id, { purge: true, hasTime: always });
    expect(await bench.jobs.find(jobId(99))).toMatchObject({ status: 'pending' });
  });

  it('removes a key that somebody changes meanwhile, and knows no other', async () => {
    const bench = await keyWithJobs(0);
    const { id } = bench.key;
    let changes = 1;
    const registry = {
      find: bench.registry.find,
      async remove(seen: Parameters<typeof bench.registry.remove>[0]) {
        if (changes-- > 0) await bench.registry.replace(seen, seen);
        return bench.registry.remove(seen);
      },
    };
    const wanted = { purge: false, hasTime: always };
    expect(await deleteKey({ ...bench, registry }, 'admin:ann', id, wanted)).toBe('not_purged');
    await expect(deleteKey(bench, 'admin:ann', id, { ...wanted, purge: true })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await bench.usage.find(id)).toBeUndefined();
  });
});
