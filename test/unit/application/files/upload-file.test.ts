import { describe, expect, it } from 'vitest';
import { uploadFile } from '../../../../lambda/application/files/upload-file.ts';
import { createFileFixture } from '../../../support/file-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { onePixelPng } from '../../../support/worker-fixture.ts';
import { refusalOf } from '../../http/refusal.ts';

const order = { filename: 'cat.png', purpose: 'vision' };
const fixtureOf = () => createFileFixture({ bytes: 1_000_000 });

describe(uploadFile, () => {
  it('stores a file by its age and class, and keeps its record', async () => {
    const fixture = fixtureOf();
    const file = await uploadFile(fixture, 'vk_1', { ...order, bytes: onePixelPng });
    const createdAt = fixture.clock.now();
    expect(file).toEqual({
      ...{ ...order, id: file.id, owner: 'vk_1', key: `files/r2/${file.id.slice(5)}`, bytes: onePixelPng.length },
      ...{ createdAt, expiresAt: createdAt + 86_400_000, state: 'uploaded' },
    });
    expect(Buffer.from(fixture.objects.get(file.key) ?? [])).toEqual(Buffer.from(onePixelPng));
    expect(await fixture.files.find('vk_1', file.id)).toEqual(file);
    const later = await uploadFile(fixture, 'vk_1', { ...order, bytes: onePixelPng });
    expect(later.id).not.toBe(file.id);
  });

  it('keeps a file for as long as it is to be kept, but no longer than the stage keeps any', async () => {
    const fixture = { ...fixtureOf() };
    const lifetimeOf = async (lifetimeSeconds: number) => {
      const file = await uploadFile(fixture, 'vk_1', { ...order, bytes: onePixelPng, lifetimeSeconds });
      return (file.expiresAt - file.createdAt) / 1000;
    };
    expect(await lifetimeOf(3600)).toBe(3600);
    expect(await lifetimeOf(2_592_000)).toBe(86_400);
  });

  it('refuses what no submission could use, and stores nothing of it', async () => {
    const fixture = fixtureOf();
    for (const bytes of [
      Buffer.from('{"a": 1}'),
      Buffer.from('GIF89a'),
      pngBytes(99, { width: 20_000, height: 20_000 }),
    ]) {
      const refusal = await refusalOf(() => uploadFile(fixture, 'vk_1', { ...order, bytes }));
      expect(refusal).toMatchObject({ code: 'invalid_image', param: 'file' });
    }
    expect(fixture.objects.size).toBe(0);
  });

  it('leaves no object where there is no room', async () => {
    const fixture = createFileFixture({ files: 1, bytes: 1_000_000 });
    await uploadFile(fixture, 'vk_1', { ...order, bytes: onePixelPng });
    const refusal = await refusalOf(() => uploadFile(fixture, 'vk_1', { ...order, bytes: onePixelPng }));
    expect(refusal).toMatchObject({ code: 'rate_limited', param: 'max_files' });
    expect([fixture.objects.size, fixture.files.files.size]).toEqual([1, 1]);
  });

  it('leaves nothing where the store fails, whether or not it has written', async () => {
    const fixture = fixtureOf();
    const { keep } = fixture.files;
    for (const wrote of [false, true]) {
      const files: typeof fixture.files = {
        ...fixture.files,
        async keep(file, limits, now) {
          if (wrote) await keep(file, limits, now);
          throw new Error('The answer got lost.');
        },
      };
      await expect(uploadFile({ ...fixture, files }, 'vk_1', { ...order, bytes: onePixelPng })).rejects.toThrow('lost');
      expect([fixture.objects.size, fixture.files.files.size]).toEqual([0, 0]);
    }
  });

  it('says what it could not take back, and throws the first fault', async () => {
    const fixture = fixtureOf();
    const files = { ...fixture.files, keep: () => Promise.reject(new Error('no table')) };
    const uploads = { ...fixture.uploads, remove: () => Promise.reject(new Error('no bucket')) };
    const uploading = uploadFile({ ...fixture, files, uploads }, 'vk_1', { ...order, bytes: onePixelPng });
    await expect(uploading).rejects.toThrow('no table');
    expect(fixture.events.map(({ code }) => code)).toEqual(['cleanup_failed']);
  });
});
