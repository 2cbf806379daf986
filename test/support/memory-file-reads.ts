import { createHash } from 'node:crypto';
import { readGrowingHead } from '../../lambda/adapters/s3/growing-head.ts';
import type { FileReads } from '../../lambda/domain/files/file-objects.ts';
import { mediaTypeOf } from '../../lambda/domain/images/image.ts';
import type { MemoryImageStore } from './memory-image-store.ts';

/** `FileReads` of an image store in memory. */
export function createMemoryFileReads({ objects, put }: Pick<MemoryImageStore, 'objects' | 'put'>): FileReads {
  const etagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
  return {
    async inspect(key) {
      const object = objects.get(key);
      if (!object) return 'gone';
      const { bytes } = object;
      const { facts } = await readGrowingHead(async (wanted, from) =>
        from < bytes.length ? [bytes.subarray(from, from + wanted)] : [],
      );
      return { facts, bytes: bytes.length, etag: etagOf(bytes) };
    },
    async open(key, etag) {
      const object = objects.get(key);
      if (!object) return 'gone';
      if (etagOf(object.bytes) !== etag) return 'changed';
      return inOnePiece(object.bytes);
    },
    async copy(from, etag, to, type) {
      const object = objects.get(from);
      if (!object) return 'gone';
      if (etagOf(object.bytes) !== etag) return 'changed';
      await put(to, object.bytes, mediaTypeOf(type));
      return 'copied';
    },
  };
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
