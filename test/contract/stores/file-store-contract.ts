import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileStore } from '../../../lambda/domain/files/file-store.ts';
import type { StoredFile } from '../../../lambda/domain/files/stored-file.ts';
import { noon } from '../../support/sample-job.ts';
import { sampleFile } from '../../support/sample-stored-file.ts';

const limits = { files: 50, bytes: 1000 };
const day = 86_400_000;

/** What every store of files promises. `open` is called once. */
export function fileStoreContract(name: string, open: () => FileStore): void {
  describe(name, () => {
    let store: FileStore;
    beforeAll(() => {
      store = open();
    });
    const keep = (file: StoredFile, now = noon, max = limits) => store.keep(file, max, now);
    const keepAll = async (files: readonly StoredFile[]) => {
      for (const file of files) expect(await keep(file)).toEqual({ kept: true });
      return files;
    };

    it('finds a file of its owner, as it was kept, and for no other owner', async () => {
      const file = sampleFile({ owner: randomUUID(), state: 'awaited', filename: 'straße 🦊.png' });
      await keepAll([file]);
      expect(await store.find(file.owner, file.id)).toEqual(file);
      expect(await store.find(randomUUID(), file.id)).toBeUndefined();
      expect(await store.find(file.owner, sampleFile().id)).toBeUndefined();
    });

    it('keeps as many files as there may be, of each owner by itself', async () => {
      const owner = randomUUID();
      const two = { files: 2, bytes: 1000 };
      for (const _ of [1, 2]) expect(await keep(sampleFile({ owner }), noon, two)).toEqual({ kept: true });
      const third = sampleFile({ owner });
      expect(await keep(third, noon, two)).toEqual({ kept: false, by: 'files' });
      expect(await store.find(owner, third.id)).toBeUndefined();
      expect(await keep(sampleFile({ owner: randomUUID() }), noon, two)).toEqual({ kept: true });
    });

    it('keeps as many bytes as there may be, to the byte', async () => {
      const owner = randomUUID();
      await keepAll([sampleFile({ owner, bytes: 400 })]);
      expect(await keep(sampleFile({ owner, bytes: 601 }))).toEqual({ kept: false, by: 'bytes' });
      expect(await keep(sampleFile({ owner, bytes: 600 }))).toEqual({ kept: true });
      expect(await keep(sampleFile({ owner, bytes: 1 }))).toEqual({ kept: false, by: 'bytes' });
      expect(await keep(sampleFile({ owner: randomUUID(), bytes: 1001 }))).toEqual({ kept: false, by: 'bytes' });
    });

    /** How many of so many files are kept that arrive at once. */
    const crowd = async (owner: string, arriving: number, max = limits) => {
      const files = Array.from({ length: arriving }, () => sampleFile({ owner }));
      const answers = await Promise.all(files.map((file) => keep(file, noon, max)));
      return answers.filter(({ kept }) => kept).length;
    };

    it('keeps exactly 50 of 200 that arrive at once on room for 50', async () => {
      const owner = randomUUID();
      expect(await crowd(owner, 200)).toBe(50);
      expect((await store.page(owner, 100, undefined, noon)).files).toHaveLength(50);
    });

    it('gives the room of files that have expired to those that arrive at once, and no more', async () => {
      const owner = randomUUID();
      const ten = { files: 10, bytes: 1000 };
      const old = (expiresAt: number) => sampleFile({ owner, createdAt: noon - 1, expiresAt });
      for (const file of [...[1, 2, 3, 4].map(() => old(noon)), ...[1, 2, 3, 4, 5, 6].map(() => old(noon + 1))]) {
        expect(await keep(file, noon - 1, ten)).toEqual({ kept: true });
      }
      expect(await crowd(owner, 40, ten)).toBe(4);
      expect((await store.page(owner, 100, undefined, noon)).files).toHaveLength(10);
    });

    it('has room again at the instant in which a file expires', async () => {
      const owner = randomUUID();
      const one = { files: 1, bytes: 1000 };
      expect(await keep(sampleFile({ owner, expiresAt: noon + 5000 }), noon, one)).toEqual({ kept: true });
      expect(await keep(sampleFile({ owner }), noon + 4999, one)).toEqual({ kept: false, by: 'files' });
      expect(await keep(sampleFile({ owner }), noon + 5000, one)).toEqual({ kept: true });
      expect(await keep(sampleFile({ owner }), noon + 5000, one)).toEqual({ kept: false, by: 'files' });
    });

    it('has room again for each file that is removed, once, however many remove it', async () => {
      const owner = randomUUID();
      const [first] = await keepAll([sampleFile({ owner, bytes: 300 }), sampleFile({ owner, bytes: 700 })]);
      const removed = await Promise.all(Array.from({ length: 9 }, () => store.remove(first as StoredFile, noon)));
      expect(removed.filter(Boolean)).toHaveLength(1);
      expect(await store.find(owner, first?.id ?? '')).toBeUndefined();
      expect(await keep(sampleFile({ owner, bytes: 301 }), noon + 120_000)).toEqual({ kept: false, by: 'bytes' });
      expect(await keep(sampleFile({ owner, bytes: 300 }), noon + 120_000)).toEqual({ kept: true });
    });

    it('loses no room to files that come and go at once', async () => {
      const owner = randomUUID();
      const three = { files: 3, bytes: 1000 };
      const old = Array.from({ length: 3 }, () => sampleFile({ owner }));
      await keepAll(old);
      const crowd = Array.from({ length: 40 }, () => sampleFile({ owner }));
      const [answers] = await Promise.all([
        Promise.all(crowd.map((file) => keep(file, noon, three))),
        Promise.all(old.map((file) => store.remove(file, noon))),
      ]);
      const kept = answers.filter(({ kept }) => kept).length;
      const rest = Array.from({ length: 5 }, () => sampleFile({ owner }));
      const later = [];
      for (const file of rest) later.push(await keep(file, noon + 120_000, three));
      expect(kept + later.filter(({ kept }) => kept).length).toBe(3);
      expect((await store.page(owner, 100, undefined, noon)).files).toHaveLength(3);
    });

    it('removes nothing where there is nothing', async () => {
      expect(await store.remove(sampleFile({ owner: randomUUID() }), noon)).toBe(false);
    });

    it('notes an upload, and makes no file of one that is gone', async () => {
      const file = sampleFile({ owner: randomUUID(), state: 'awaited' });
      await keepAll([file]);
      await store.noteUpload(file);
      expect(await store.find(file.owner, file.id)).toEqual({ ...file, state: 'uploaded' });
      await store.remove(file, noon);
      await store.noteUpload(file);
      expect(await store.find(file.owner, file.id)).toBeUndefined();
    });

    it('makes a file unknown that was deleted, keeps its room until it is removed, and has its record for whatever clears up', async () => {
      const owner = randomUUID();
      const [file] = (await keepAll([sampleFile({ owner, state: 'awaited', bytes: 600 })])) as [StoredFile];
      await store.markDeleted(file);
      await store.noteUpload(file);
      expect(await store.find(owner, file.id)).toEqual({ ...file, state: 'deleted' });
      expect(await store.page(owner, 5, undefined, noon)).toEqual({ files: [], hasMore: false });
      const records = [];
      for await (const page of store.records(owner)) records.push(...page);
      expect(records).toEqual([{ ...file, state: 'deleted' }]);
      expect(await keep(sampleFile({ owner, bytes: 401 }))).toEqual({ kept: false, by: 'bytes' });
      expect(await store.remove(file, noon)).toBe(true);
      expect(await keep(sampleFile({ owner, bytes: 1000 }), noon + 120_000)).toEqual({ kept: true });
      await store.markDeleted(file);
      expect(await store.find(owner, file.id)).toBeUndefined();
    });

    it('lists an owner’s living files page by page, newest first, from after a file that may be gone', async () => {
      const owner = randomUUID();
      const files = await keepAll(
        [1, 2, 3, 4, 5, 6].map((at) =>
          sampleFile({ owner, createdAt: noon + at, ...(at === 3 ? { expiresAt: noon + day } : {}) }),
        ),
      );
      const later = noon + day;
      const ids = files.map(({ id }) => id).toReversed();
      const [sixth, fifth, fourth, , second, first] = ids;
      const page = async (limit: number, after?: string) => {
        const { files: shown, hasMore } = await store.page(owner, limit, after, later);
        return [shown.map(({ id }) => id), hasMore];
      };
      expect(await page(2)).toEqual([[sixth, fifth], true]);
      await store.remove(files[4] as StoredFile, noon);
      expect(await page(2, fifth)).toEqual([[fourth, second], true]);
      expect(await page(2, second)).toEqual([[first], false]);
      expect(await page(2, first)).toEqual([[], false]);
      expect(await page(5)).toEqual([[sixth, fourth, second, first], false]);
    });

    it('forgets what it has counted of an owner', async () => {
      const owner = randomUUID();
      await keepAll([sampleFile({ owner, bytes: 1000 })]);
      const { files } = await store.page(owner, 10, undefined, noon);
      for (const file of files) await store.remove(file, noon);
      await store.forget(owner);
      expect(await keep(sampleFile({ owner, bytes: 1000 }))).toEqual({ kept: true });
    });
  });
}
