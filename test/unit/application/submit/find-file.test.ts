import { describe, expect, it } from 'vitest';
import { type FindFileDependencies, findFile } from '../../../../lambda/application/submit/find-file.ts';
import type { StoredFile } from '../../../../lambda/domain/files/stored-file.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { createMemoryFileReads } from '../../../support/memory-file-reads.ts';
import { createMemoryFileStore } from '../../../support/memory-file-store.ts';
import { createMemoryImageStore } from '../../../support/memory-image-store.ts';
import { sampleFile } from '../../../support/sample-stored-file.ts';

const plenty = { files: 100, bytes: 1e9 };

async function createFindFixture(over: Partial<StoredFile> = {}, object: Uint8Array | null = pngBytes(500)) {
  const [files, images, clock] = [createMemoryFileStore(), createMemoryImageStore(), createFixedClock()];
  const file = sampleFile({ bytes: 500, ...over });
  await files.keep(file, plenty, clock.now());
  if (object) await images.put(file.key, object, 'image/webp');
  const dependencies = { files, fileReads: createMemoryFileReads(images), clock };
  const find = (owner = 'vk_1', changed: Partial<FindFileDependencies> = {}) =>
    findFile({ ...dependencies, ...changed }, owner, { fileId: file.id, param: 'image[]' });
  return { file, clock, find };
}

const refusal = (code: string, file: StoredFile, message: string) => ({
  code,
  param: 'image[]',
  message: expect.stringMatching(`^The file ${file.id} in "image\\[\\]" ${message}`),
});

describe(findFile, () => {
  it('refuses a file that is uploaded again as often as it is looked at', async () => {
    const { file, find } = await createFindFixture();
    const changed = find('vk_1', { fileReads: { inspect: async () => 'changed' } });
    const message = 'was uploaded again while the request was being read. Send the request again.$';
    await expect(changed).rejects.toMatchObject(refusal('invalid_image', file, message));
  });

  it('gives the object, of whatever type it was declared', async () => {
    const { file, find } = await createFindFixture();
    expect(await find()).toMatchObject({ key: file.key, object: { bytes: 500, facts: { type: 'png' } } });
  });

  it('finds a file that nobody has seen before, once it is uploaded', async () => {
    const { find } = await createFindFixture({ state: 'awaited' });
    expect(await find()).toMatchObject({ object: { bytes: 500 } });
  });

  it('knows no file of another owner', async () => {
    const { file, find } = await createFindFixture();
    await expect(find('vk_2')).rejects.toMatchObject(refusal('invalid_value', file, "doesn't exist"));
  });

  it('knows a file until the instant at which it expires', async () => {
    const { file, clock, find } = await createFindFixture();
    clock.advance((file.expiresAt - clock.now() - 1) / 1000);
    expect(await find()).toMatchObject({ key: file.key });
    clock.advance(0.001);
    await expect(find()).rejects.toMatchObject(refusal('invalid_value', file, "doesn't exist"));
  });

  it('tells a file that isn’t uploaded yet from one whose object is gone', async () => {
    const awaited = await createFindFixture({ state: 'awaited' }, null);
    const message = "hasn't been uploaded yet";
    await expect(awaited.find()).rejects.toMatchObject(refusal('invalid_value', awaited.file, message));
    const gone = await createFindFixture({}, null);
    await expect(gone.find()).rejects.toMatchObject(refusal('invalid_value', gone.file, "doesn't exist"));
  });

  it.each([0, 499, 501])('refuses an object of %i bytes that was declared with 500', async (bytes) => {
    const { file, find } = await createFindFixture({}, pngBytes(1000).subarray(0, bytes));
    await expect(find()).rejects.toMatchObject(refusal('invalid_image', file, `has ${bytes} bytes`));
  });

  it('takes the fault of a store for no answer', async () => {
    const { find } = await createFindFixture();
    const fail = () => Promise.reject(new Error('503'));
    for (const changed of [{ files: { find: fail } }, { fileReads: { inspect: fail } }]) {
      await expect(find('vk_1', changed)).rejects.toMatchObject({ code: 'unavailable' });
    }
  });
});
