import { buffer } from 'node:stream/consumers';
import { readHead } from '../../lambda/adapters/s3/image-head.ts';
import { scanned } from '../../lambda/domain/bytes/byte-scan.ts';
import type { JsonValue } from '../../lambda/domain/generation.ts';
import { contentCredentials } from '../../lambda/domain/images/content-credentials.ts';
import { mediaTypeOf } from '../../lambda/domain/images/image.ts';
import type { ImageStore } from '../../lambda/domain/ports.ts';

export interface MemoryObject {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** An image store in memory, for tests. */
export interface MemoryImageStore extends ImageStore {
  readonly objects: ReadonlyMap<string, MemoryObject>;
}

/** How much a reader gets at a time. */
const chunkBytes = 64 * 1024;

export function createMemoryImageStore(): MemoryImageStore {
  const objects = new Map<string, MemoryObject>();
  const put = async (key: string, bytes: Uint8Array, contentType: string): Promise<void> => {
    objects.set(key, { bytes: bytes.slice(), contentType });
  };
  return {
    objects,
    put,
    async save(keyWithoutExtension, bytes, signal) {
      const image = await readHead(bytes, signal);
      if (!image) return undefined;
      const key = `${keyWithoutExtension}.${image.facts.type}`;
      const { bytes: passing, verdict } = scanned(image.bytes, contentCredentials(image.facts.type));
      const whole = await buffer(passing);
      signal.throwIfAborted();
      await put(key, whole, mediaTypeOf(image.facts.type));
      const credentials = verdict() ? { hasContentCredentials: true as const } : {};
      return { ...image.facts, key, bytes: whole.length, ...credentials };
    },
    async open(key) {
      const object = objects.get(key);
      if (!object) throw new Error(`The object ${key} can't be opened.`);
      return inChunks(object.bytes);
    },
    putJson: (key, value) => put(key, Buffer.from(JSON.stringify(value)), 'application/json'),
    async copy(from, to) {
      const object = objects.get(from);
      if (object) objects.set(to, object);
      return object !== undefined;
    },
    async findJson(key) {
      const object = objects.get(key);
      return object && (JSON.parse(Buffer.from(object.bytes).toString('utf8')) as JsonValue);
    },
    async remove(keys) {
      for (const key of keys) objects.delete(key);
    },
  };
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
}
