import { describe, expect, it } from 'vitest';
import { announceFile } from '../../../../lambda/application/files/announce-file.ts';
import { createFileFixture } from '../../../support/file-fixture.ts';
import { refusalOf } from '../../http/refusal.ts';

const order = { filename: 'big.jpg', purpose: 'vision', bytes: 900, contentType: 'image/jpeg' };

describe(announceFile, () => {
  it('keeps room for a file, and gives a form of that key, length and type for fifteen minutes', async () => {
    const fixture = createFileFixture();
    const { file, form, formExpiresAt } = await announceFile(fixture, 'vk_1', order);
    expect(fixture.orders).toEqual([{ key: file.key, bytes: 900, contentType: 'image/jpeg', seconds: 900 }]);
    expect(form.fields.key).toBe(file.key);
    expect(formExpiresAt).toBe(fixture.clock.now() + 900_000);
    expect(await fixture.files.find('vk_1', file.id)).toEqual(file);
    expect(file).toMatchObject({ state: 'awaited', bytes: 900 });
    expect(fixture.objects.size).toBe(0);
    const refusal = await refusalOf(() => announceFile(fixture, 'vk_1', { ...order, bytes: 101 }));
    expect(refusal).toMatchObject({ code: 'rate_limited', param: 'max_file_bytes' });
  });

  it('gives no form that would outlive its file', async () => {
    const fixture = createFileFixture();
    const settings = { ...fixture.settings, fileRetentionSeconds: 60 };
    const { file, formExpiresAt } = await announceFile({ ...fixture, settings }, 'vk_1', order);
    expect(fixture.orders).toMatchObject([{ seconds: 60 }]);
    expect(formExpiresAt).toBe(file.expiresAt);
  });

  it('keeps nothing where no form can be made', async () => {
    const fixture = createFileFixture();
    const uploads = { ...fixture.uploads, uploadForm: () => Promise.reject(new Error('no credentials')) };
    await expect(announceFile({ ...fixture, uploads }, 'vk_1', order)).rejects.toThrow('no credentials');
    expect(fixture.files.files.size).toBe(0);
  });
});
