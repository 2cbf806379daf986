import { describe, expect, it } from 'vitest';
import { announceFile } from '../../../../lambda/application/files/announce-file.ts';
import { deleteFile } from '../../../../lambda/application/files/delete-file.ts';
import { showFile } from '../../../../lambda/application/files/show-files.ts';
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

  it('keeps the room of a file as long as its form could upload it once more, and then removes what that has uploaded', async () => {
    const fixture = createFileFixture({ bytes: 1000 });
    const order = { filename: 'big.jpg', purpose: 'vision', bytes: 900, contentType: 'image/jpeg' };
    const { file } = await announceFile(fixture, 'vk_1', order);
    fixture.objects.set(file.key, new Uint8Array(900));
    await deleteFile(fixture, 'vk_1', file.id);
    expect(fixture.objects.size).toBe(0);
    expect(await refusalOf(() => showFile(fixture, 'vk_1', file.id))).toMatchObject({ code: 'not_found' });
    expect(await refusalOf(() => deleteFile(fixture, 'vk_1', file.id))).toMatchObject({ code: 'not_found' });
    fixture.objects.set(file.key, new Uint8Array(900));
    const other = () => announceFile(fixture, 'vk_1', order);
    fixture.clock.advance(1499);
    expect(await refusalOf(other)).toMatchObject({ code: 'rate_limited', param: 'max_file_bytes' });
    fixture.clock.advance(1);
    await other();
    expect([fixture.objects.size, fixture.files.files.has(file.id)]).toEqual([0, false]);
  });

  it('leaves a file whose object could not be removed, to be deleted again', async () => {
    const fixture = await upload();
    const uploads = { remove: () => Promise.reject(new Error('no bucket')) };
    await expect(deleteFile({ ...fixture, uploads }, 'vk_1', fixture.file.id)).rejects.toThrow('no bucket');
    expect(await fixture.files.find('vk_1', fixture.file.id)).toEqual(fixture.file);
  });
});
