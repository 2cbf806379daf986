import { describe, expect, it } from 'vitest';
import { deleteFile } from '../../../../lambda/application/files/delete-file.ts';
import { uploadFile } from '../../../../lambda/application/files/upload-file.ts';
import { createFileFixture } from '../../../support/file-fixture.ts';
import { onePixelPng } from '../../../support/worker-fixture.ts';
import { refusalOf } from '../../http/refusal.ts';

const upload = async () => {
  const fixture = createFileFixture({ bytes: 1_000_000 });
  const file = await uploadFile(fixture, 'vk_1', { filename: 'a', purpose: 'b', bytes: onePixelPng });
  return { ...fixture, file };
};

describe(deleteFile, () => {
  it('removes object and record, for its owner alone, once', async () => {
    const fixture = await upload();
    const { file } = fixture;
    expect(await refusalOf(() => deleteFile(fixture, 'vk_2', file.id))).toMatchObject({ code: 'not_found' });
    expect([fixture.objects.size, fixture.files.files.size]).toEqual([1, 1]);
    await deleteFile(fixture, 'vk_1', file.id);
    expect([fixture.objects.size, fixture.files.files.size]).toEqual([0, 0]);
    expect(fixture.events.at(-1)).toEqual({ code: 'file_deleted', fields: { fileId: file.id, owner: 'vk_1' } });
    expect(await refusalOf(() => deleteFile(fixture, 'vk_1', file.id))).toMatchObject({ code: 'not_found' });
  });

  it('leaves a file whose object could not be removed, to be deleted again', async () => {
    const fixture = await upload();
    const uploads = { remove: () => Promise.reject(new Error('no bucket')) };
    await expect(deleteFile({ ...fixture, uploads }, 'vk_1', fixture.file.id)).rejects.toThrow('no bucket');
    expect(await fixture.files.find('vk_1', fixture.file.id)).toEqual(fixture.file);
  });
});
