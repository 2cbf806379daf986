import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileReads } from '../../../lambda/domain/files/file-objects.ts';
import { jpegFrame, jpegOf, jpegSegment, pngBytes } from '../../support/image-bytes.ts';

/** The reads under test, and the bucket behind them. */
export interface FileReadsUnderTest {
  readonly reads: FileReads;
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** An object's bytes and media type; undefined where there is none. */
  read(key: string): Promise<{ readonly bytes: Uint8Array; readonly contentType: string } | undefined>;
}

/** What all reads of files promise. `open` is called once. */
export function fileReadsContract(name: string, open: () => Promise<FileReadsUnderTest>): void {
  describe(name, () => {
    let under: FileReadsUnderTest;
    let reads: FileReads;
    beforeAll(async () => {
      under = await open();
      reads = under.reads;
    });

    async function uploaded(key: string, bytes: Uint8Array) {
      await under.put(key, bytes, 'image/webp');
      const inspected = await reads.inspect(key);
      if (typeof inspected === 'string') throw new Error(`The object ${key} is ${inspected}.`);
      return inspected;
    }

    it('tells type, size and length from the bytes, whatever was declared of them', async () => {
      const { facts, bytes } = await uploaded('files/r2/a', pngBytes(300_000));
      expect(bytes).toBe(300_000);
      expect(facts).toEqual({ type: 'png', width: 640, height: 480, hasAlpha: false });
    });

    it('reads on where the size comes behind a megabyte of metadata', async () => {
      const segments = Array.from({ length: 18 }, () => jpegSegment(0xeb, Buffer.alloc(60_000)));
      const jpeg = jpegOf(...segments, jpegFrame(640, 480), Buffer.alloc(100_000));
      expect(await uploaded('files/r2/deep', jpeg)).toMatchObject({
        bytes: jpeg.length,
        facts: { type: 'jpeg', width: 640, height: 480 },
      });
    });

    it.each([
      ['that is no image', Buffer.from('plain text')],
      ['of one byte', Buffer.from([137])],
      ['without a byte', Buffer.alloc(0)],
      ['that ends within its header', jpegOf(jpegSegment(0xeb, Buffer.alloc(60_000)))],
    ])('knows nothing but the length of an object %s', async (_, bytes) => {
      expect(await uploaded('files/r2/none', bytes)).toMatchObject({ facts: undefined, bytes: bytes.length });
    });

    it('tells where there is no object', async () => {
      expect(await reads.inspect('files/r2/absent')).toBe('gone');
    });

    it('opens the bytes that were inspected, and no others, and tells why not', async () => {
      const bytes = pngBytes(5000);
      const { etag } = await uploaded('files/r2/opened', bytes);
      const opened = await reads.open('files/r2/opened', etag);
      expect(typeof opened === 'string' ? opened : Buffer.compare(await buffer(opened), bytes)).toBe(0);
      await uploaded('files/r2/opened', pngBytes(5001));
      expect(await reads.open('files/r2/opened', etag)).toBe('changed');
      await under.remove('files/r2/opened');
      expect(await reads.open('files/r2/opened', etag)).toBe('gone');
    });

    it('copies the bytes that were inspected, with the media type that they have', async () => {
      const { etag } = await uploaded('files/r2/copied', pngBytes(5000));
      expect(await reads.copy('files/r2/copied', etag, 'inputs/r2/n/image-1.png', 'png')).toBe('copied');
      const copy = await under.read('inputs/r2/n/image-1.png');
      expect([copy?.bytes.length, copy?.contentType]).toEqual([5000, 'image/png']);
    });

    it('copies nothing of an object that was replaced or deleted since, and tells which', async () => {
      const { etag } = await uploaded('files/r2/moved', pngBytes(5000));
      await uploaded('files/r2/moved', pngBytes(5002));
      expect(await reads.copy('files/r2/moved', etag, 'inputs/r2/n/image-2.png', 'png')).toBe('changed');
      await under.remove('files/r2/moved');
      expect(await reads.copy('files/r2/moved', etag, 'inputs/r2/n/image-2.png', 'png')).toBe('gone');
      expect(await under.read('inputs/r2/n/image-2.png')).toBeUndefined();
    });
  });
}
