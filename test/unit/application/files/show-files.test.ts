import { describe, expect, it } from 'vitest';
import { listFiles, showFile } from '../../../../lambda/application/files/show-files.ts';
import type { StoredFile } from '../../../../lambda/domain/files/stored-file.ts';
import { createFileFixture } from '../../../support/file-fixture.ts';
import { sampleFile } from '../../../support/sample-stored-file.ts';
import { refusalOf } from '../../http/refusal.ts';

async function withFiles(...over: Partial<StoredFile>[]) {
  const fixture = createFileFixture({ files: 100, bytes: 10_000 });
  const files = over.map((each, at) => sampleFile({ createdAt: fixture.clock.now() + at, ...each }));
  for (const file of files) await fixture.files.keep(file, fixture.settings.fileLimits, fixture.clock.now());
  return { ...fixture, kept: files, file: files[0] as StoredFile };
}

describe(showFile, () => {
  it('notes an upload that has arrived, once', async () => {
    const fixture = await withFiles({ state: 'awaited' });
    expect(await showFile(fixture, 'vk_1', fixture.file.id)).toMatchObject({ status: 'pending' });
    fixture.objects.set(fixture.file.key, new Uint8Array(9));
    expect(await showFile(fixture, 'vk_1', fixture.file.id)).toMatchObject({ status: 'uploaded' });
    expect(await fixture.files.find('vk_1', fixture.file.id)).toMatchObject({ state: 'uploaded' });
    const uploads = { length: () => Promise.reject(new Error('asked again')) };
    expect(await showFile({ ...fixture, uploads }, 'vk_1', fixture.file.id)).toMatchObject({ status: 'uploaded' });
  });

  it('calls a file lost that was not uploaded in time, with ten minutes for what began in time', async () => {
    const fixture = await withFiles({ state: 'awaited' });
    fixture.clock.advance(900 + 599);
    expect(await showFile(fixture, 'vk_1', fixture.file.id)).toMatchObject({ status: 'pending' });
    fixture.clock.advance(1);
    expect(await showFile(fixture, 'vk_1', fixture.file.id)).toMatchObject({ status: 'error' });
    fixture.objects.set(fixture.file.key, new Uint8Array(9));
    expect(await showFile(fixture, 'vk_1', fixture.file.id)).toMatchObject({ status: 'uploaded' });
  });

  it("answers for unknown, expired and others' files alike, and asks no store for what is no id", async () => {
    const fixture = await withFiles({}, { owner: 'vk_2' });
    const [own, others] = fixture.kept;
    fixture.clock.set(own?.expiresAt ?? 0);
    const refusals = [];
    for (const id of [own?.id, others?.id, sampleFile().id]) {
      refusals.push(await refusalOf(() => showFile(fixture, 'vk_1', id ?? '')));
    }
    const files = { ...fixture.files, find: () => Promise.reject(new Error('asked')) };
    for (const id of ['', 'total', 'file-1', `${sampleFile().id}/`]) {
      refusals.push(await refusalOf(() => showFile({ ...fixture, files }, 'vk_1', id)));
    }
    expect(new Set(refusals.map(({ code, message }) => `${code}: ${message}`))).toEqual(
      new Set(['not_found: There is no such file, or it has expired.']),
    );
  });
});

describe(listFiles, () => {
  it('looks for what is awaited, a few objects at a time, and keeps the order', async () => {
    const fixture = await withFiles(...Array.from({ length: 20 }, (): Partial<StoredFile> => ({ state: 'awaited' })));
    fixture.objects.set(fixture.file.key, new Uint8Array(9));
    let [asking, most] = [0, 0];
    const uploads = {
      async length(key: string) {
        asking += 1;
        most = Math.max(most, asking);
        await Promise.resolve();
        asking -= 1;
        return fixture.objects.get(key)?.length;
      },
    };
    const { files, hasMore } = await listFiles({ ...fixture, uploads }, 'vk_1', { limit: 100 });
    expect(files.map(({ file }) => file.id)).toEqual(fixture.kept.map(({ id }) => id).toReversed());
    expect(files.map(({ status }) => status)).toEqual([...Array.from({ length: 19 }, () => 'pending'), 'uploaded']);
    expect([hasMore, most]).toEqual([false, 8]);
  });
});
