import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ByteStream, imageTypes } from '../../../lambda/domain/images/image.ts';
import type { ImageStore } from '../../../lambda/domain/ports.ts';
import { credentialed, plain } from '../../support/credentialed-pictures.ts';
import { inChunks, pngBytes } from '../../support/image-bytes.ts';

/** A store under test, and a look behind it. */
export interface ImageStoreUnderTest {
  readonly store: ImageStore;
  /** The media type that is kept with each object, by key. */
  contentTypes(): Promise<Readonly<Record<string, string>>>;
  /** How many uploads have begun and neither ended nor been taken back. */
  unfinishedUploads(): Promise<number>;
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const never = new AbortController().signal;
const mebibytes = 1024 * 1024;

/** What every image store promises. `open` is called once. */
export function imageStoreContract(name: string, open: () => Promise<ImageStoreUnderTest>): void {
  describe(name, () => {
    let store: ImageStore;
    let under: ImageStoreUnderTest;
    beforeAll(async () => {
      under = await open();
      store = under.store;
    });
    const readAll = async (key: string): Promise<Uint8Array> => buffer(await store.open(key));
    async function expectNothingBelow(prefix: string): Promise<void> {
      expect(Object.keys(await under.contentTypes()).filter((key) => key.startsWith(prefix))).toEqual([]);
      expect(await under.unfinishedUploads()).toBe(0);
    }

    it('gives back what was put, and its media type', async () => {
      const bytes = pngBytes(5000);
      await store.put('inputs/r2/a/1.png', bytes, 'image/png');
      expect(digestOf(await readAll('inputs/r2/a/1.png'))).toBe(digestOf(bytes));
      expect((await under.contentTypes())['inputs/r2/a/1.png']).toBe('image/png');
    });

    it('throws for a key that is not there', async () => {
      await expect(store.open('results/none.png')).rejects.toThrow('results/none.png');
    });

    it('keeps JSON, and tells an absent object from a broken one', async () => {
      const value = { images: [1, null, 'ü'], nested: { yes: true } };
      await store.putJson('results/manifest.json', value);
      expect(await store.findJson('results/manifest.json')).toEqual(value);
      expect(await store.findJson('results/other.json')).toBeUndefined();
      await store.put('results/broken.json', Buffer.from('{"images":'), 'application/json');
      await expect(store.findJson('results/broken.json')).rejects.toThrow();
    });

    it('copies an object with its media type, and tells where there is none', async () => {
      const bytes = pngBytes(3000);
      await store.put('cache/r2/a/0.png', bytes, 'image/png');
      expect(await store.copy('cache/r2/a/0.png', 'results/r2/b/answer/0.png')).toBe(true);
      expect(digestOf(await readAll('results/r2/b/answer/0.png'))).toBe(digestOf(bytes));
      expect((await under.contentTypes())['results/r2/b/answer/0.png']).toBe('image/png');
      expect(await store.copy('cache/r2/none/0.png', 'results/r2/b/answer/1.png')).toBe(false);
    });

    it('removes objects, and does not mind those that are not there', async () => {
      await store.put('gone/1', pngBytes(40), 'image/png');
      await store.put('gone/2', pngBytes(40), 'image/png');
      await store.remove(['gone/1', 'gone/never', 'gone/2']);
      await store.remove([]);
      await expectNothingBelow('gone/');
    });

    describe('save', () => {
      it('reads what an image is from its bytes, and names the object after it', async () => {
        const bytes = pngBytes(70_000, { width: 1536, height: 1024 });
        const saved = await store.save('save/1', inChunks(bytes, 7), never);
        const facts = { type: 'png', width: 1536, height: 1024, hasAlpha: false };
        expect(saved).toEqual({ ...facts, key: 'save/1.png', bytes: 70_000 });
        expect(digestOf(await readAll('save/1.png'))).toBe(digestOf(bytes));
        expect((await under.contentTypes())['save/1.png']).toBe('image/png');
      });

      it.each(imageTypes)('tells a %s that carries content credentials', async (type) => {
        const bytes = credentialed[type];
        const saved = await store.save('save/credentialed', inChunks(bytes, 100), never);
        expect(saved).toMatchObject({ type, bytes: bytes.length, hasContentCredentials: true });
        const other = await store.save('save/plain', inChunks(plain[type], 100), never);
        expect(other).not.toHaveProperty('hasContentCredentials');
      });

      it('streams an image larger than any one part', async () => {
        const bytes = pngBytes(12 * mebibytes + 17);
        const saved = await store.save('save/large', inChunks(bytes), never);
        expect(saved).toMatchObject({ key: 'save/large.png', bytes: bytes.length });
        expect(digestOf(await readAll('save/large.png'))).toBe(digestOf(bytes));
        expect((await under.contentTypes())['save/large.png']).toBe('image/png');
      });

      it.each([
        ['nothing at all', new Uint8Array()],
        ['a web page', Buffer.from('<!doctype html><title>Bad gateway</title>'.repeat(9000))],
      ])('takes %s for no image, leaves nothing, and closes the source', async (_, bytes) => {
        let closed = false;
        async function* source(): AsyncGenerator<Uint8Array> {
          try {
            yield* inChunks(bytes, 64 * 1024);
          } finally {
            closed = true;
          }
        }
        expect(await store.save('not-an-image/1', source(), never)).toBeUndefined();
        expect(closed).toBe(true);
        await expectNothingBelow('not-an-image/');
      });

      it.each([
        ['the first bytes', 100_000],
        ['the first part', 7 * mebibytes],
      ])('leaves nothing of a source that breaks after %s, and throws its error', async (_, length) => {
        const cut = new Error('the connection was cut');
        async function* source(): AsyncGenerator<Uint8Array> {
          yield* inChunks(pngBytes(length));
          throw cut;
        }
        await expect(store.save('cut/1', source(), never)).rejects.toBe(cut);
        await expectNothingBelow('cut/');
      });

      it.each([
        ['before the first byte', 0],
        ['after the first part', 7 * mebibytes],
      ])('stops a source that hangs %s when the signal fires, and leaves nothing', async (_, length) => {
        const stop = new AbortController();
        const reason = new Error('the lease was lost');
        async function* source(): AsyncGenerator<Uint8Array> {
          if (length > 0) yield* inChunks(pngBytes(length));
          setTimeout(() => stop.abort(reason), 20);
          await new Promise(() => {});
        }
        await expect(store.save('stopped/1', source(), stop.signal)).rejects.toBe(reason);
        await expectNothingBelow('stopped/');
      });

      it.each([
        ['the first bytes', 100_000],
        ['the first part', 7 * mebibytes],
      ])('leaves what another has put at the key, where its own source breaks after %s', async (_, length) => {
        const theirs = pngBytes(1_000);
        await store.save('shared/1', inChunks(theirs), never);
        async function* source(): AsyncGenerator<Uint8Array> {
          yield* inChunks(pngBytes(length));
          throw new Error('the connection was cut');
        }
        await expect(store.save('shared/1', source(), never)).rejects.toThrow('cut');
        expect(digestOf(await readAll('shared/1.png'))).toBe(digestOf(theirs));
      });

      it('does not begin once the signal has fired', async () => {
        const reason = new Error('too late');
        const source: ByteStream = inChunks(pngBytes(100));
        await expect(store.save('late/1', source, AbortSignal.abort(reason))).rejects.toBe(reason);
        await expectNothingBelow('late/');
      });
    });
  });
}
