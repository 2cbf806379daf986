import { describe, expect, it } from 'vitest';
import { deleteKey } from '../../../../lambda/application/keys/delete-key.ts';
import { continuePurge, purgeOwner } from '../../../../lambda/application/keys/purge-owner.ts';
import { sweepUsage } from '../../../../lambda/application/upkeep/sweep-usage.ts';
import { createKeyFixture } from '../../../support/key-fixture.ts';
import { sampleFile } from '../../../support/sample-stored-file.ts';

const jobId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const always = () => true;

describe('purgeOwner', () => {
  it('goes on in the sweep, finds what came late, and leaves nothing of the owner', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make();
    const submit = async (number: number) => {
      const [id, submissionNonce] = [jobId(number), jobId(number + 500)];
      const reservation = { nonce: submissionNonce, jobId: id, at: fixture.clock.now(), micros: 40_000 };
      await fixture.usage.reserve(key.id, reservation, { rateLimits: [], maxOpenJobs: 9, budgets: [] });
      await fixture.accept({ id, owner: key.id, submissionNonce });
    };
    await submit(1);
    const late = { purge: true, hasTime: () => false };
    expect(await deleteKey(fixture, 'admin:ann', key.id, late)).toBe('continues');
    // A function that remembers the key still lets somebody submit.
    await submit(2);
    const keys = { find: async (id: string) => fixture.registry.kept(id)?.key };
    const purge = (owner: string, hasTime: () => boolean) => continuePurge({ ...fixture, keys }, owner, hasTime);
    await sweepUsage({ ...fixture, purge }, always);
    expect(await fixture.jobs.find(jobId(1))).toMatchObject({ status: 'pending' });
    fixture.clock.advance(300);
    await sweepUsage({ ...fixture, purge }, always);
    for (const number of [1, 2]) expect(await fixture.jobs.find(jobId(number))).toHaveProperty('deletedAt');
    expect(await fixture.usage.find(key.id)).toBeUndefined();
    expect(fixture.events.at(-1)).toMatchObject({ code: 'owner_purged', fields: { deleted: 2, isDone: true } });
  });

  it('removes the known answers of the owner with their images, and no others', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make();
    const image = { type: 'png', width: 1, height: 1, hasAlpha: false, bytes: 3 } as const;
    for (const owner of [key.id, 'vk_other']) {
      const led = { id: `answer of ${owner}`, owner, leader: 'job', nonce: owner };
      const at = `cache/r2/${owner}/0.png`;
      const result = { images: [{ ...image, key: at }], provider: 'p', model: 'm', latency: 1, warnings: [] };
      await fixture.images.put(at, new Uint8Array(3), 'image/png');
      await fixture.answers.lead({ ...led, state: 'leading', deadlineAt: 0 }, undefined);
      await fixture.answers.publish({ ...led, state: 'full', result, expiresAt: fixture.clock.now() });
    }
    expect(await purgeOwner(fixture, key.id, always)).toMatchObject({ isDone: true });
    expect([...fixture.answers.entries.keys()]).toEqual(['answer of vk_other']);
    expect([...fixture.images.objects.keys()]).toEqual(['cache/r2/vk_other/0.png']);
  });

  it('removes the files of the owner with their objects, expired ones too, and no others', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make();
    const now = fixture.clock.now();
    const forgotten: string[] = [];
    const files = { ...fixture.files, forget: async (owner: string) => void forgotten.push(owner) };
    for (const owner of [key.id, 'vk_other']) {
      for (const expiresAt of [now - 1, now + 1000]) {
        const file = sampleFile({ owner, createdAt: now - 2000, expiresAt });
        await fixture.images.put(file.key, new Uint8Array(3), 'image/png');
        await fixture.files.keep(file, { files: 9, bytes: 1000 }, now - 2000);
      }
    }
    expect(await purgeOwner({ ...fixture, files }, key.id, always)).toMatchObject({ isDone: true });
    expect([...fixture.files.files.values()].map(({ owner }) => owner)).toEqual(['vk_other', 'vk_other']);
    expect(fixture.images.objects.size).toBe(2);
    expect(forgotten).toEqual([key.id]);
    expect(fixture.events.at(-1)).toMatchObject({ code: 'owner_purged', fields: { files: 2, isDone: true } });
  });

  it('goes on until no form of the owner can upload any more, and removes what one has uploaded meanwhile', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make();
    const keys = { find: async (id: string) => fixture.registry.kept(id)?.key };
    const purge = (owner: string, hasTime: () => boolean) => continuePurge({ ...fixture, keys }, owner, hasTime);
    const file = sampleFile({ owner: key.id, state: 'awaited', createdAt: fixture.clock.now() });
    await fixture.files.keep(file, { files: 9, bytes: 1000 }, fixture.clock.now());
    const upload = () => fixture.images.put(file.key, new Uint8Array(3), 'image/png');
    await upload();
    expect(await deleteKey(fixture, 'admin:ann', key.id, { purge: true, hasTime: always })).toBe('continues');
    expect(fixture.images.objects.has(file.key)).toBe(false);
    expect(await fixture.files.find(key.id, file.id)).toMatchObject({ state: 'deleted' });
    await upload();
    fixture.clock.advance(1200);
    await sweepUsage({ ...fixture, purge }, always);
    expect(fixture.events.at(-1)).toMatchObject({ code: 'owner_purged', fields: { files: 0, isDone: false } });
    expect(await fixture.files.find(key.id, file.id)).toMatchObject({ state: 'deleted' });
    fixture.clock.advance(299);
    await upload();
    fixture.clock.advance(1);
    expect(await fixture.usage.find(key.id)).toHaveProperty('purgeAt');
    await sweepUsage({ ...fixture, purge }, always);
    expect(fixture.events.at(-1)).toMatchObject({ code: 'owner_purged', fields: { files: 1, isDone: true } });
    expect(await fixture.files.find(key.id, file.id)).toBeUndefined();
    expect(fixture.images.objects.has(file.key)).toBe(false);
    expect(await fixture.usage.find(key.id)).toBeUndefined();
  });

  it('is not done where a file could not be removed, whose record stays', async () => {
    const fixture = createKeyFixture();
    const file = sampleFile({ createdAt: fixture.clock.now() });
    await fixture.files.keep(file, { files: 9, bytes: 1000 }, fixture.clock.now());
    const images = { ...fixture.images, remove: () => Promise.reject(new Error('no bucket')) };
    expect(await purgeOwner({ ...fixture, images }, 'vk_1', always)).toMatchObject({ isDone: false });
    expect(await fixture.files.find('vk_1', file.id)).toEqual(file);
    expect(await purgeOwner(fixture, 'vk_1', always)).toMatchObject({ isDone: true });
  });

  it('leaves all to a key whose deletion failed behind the mark, until it is asked for again', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make();
    await fixture.accept({ owner: key.id });
    const registry = { ...fixture.registry, remove: () => Promise.reject(new Error('The store is down.')) };
    const wanted = { purge: true, hasTime: always };
    await expect(deleteKey({ ...fixture, registry }, 'admin:ann', key.id, wanted)).rejects.toThrow('down');
    const keys = { find: async (id: string) => fixture.registry.kept(id)?.key };
    expect(await continuePurge({ ...fixture, keys }, key.id, always)).toEqual({ isDone: false });
    expect(await fixture.jobs.find(fixture.order.id)).toMatchObject({ status: 'pending' });
    await deleteKey(fixture, 'admin:ann', key.id, { ...wanted, purge: false });
    expect((await fixture.usage.find(key.id))?.purgeAt).toBeUndefined();
  });

  it('is not done where its time is over, nor where the index can not be read', async () => {
    const fixture = createKeyFixture();
    await fixture.accept({ owner: 'vk_1' });
    expect(await purgeOwner(fixture, 'vk_1', () => false)).toEqual({ deleted: 0, isDone: false });
    const ownedJobs = {
      pages: () => ({
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('The index is out of reach.')) }),
      }),
    };
    expect(await purgeOwner({ ...fixture, ownedJobs }, 'vk_1', always)).toEqual({ deleted: 0, isDone: false });
    expect(await purgeOwner(fixture, 'vk_1', always)).toEqual({ deleted: 1, isDone: true });
  });
});
