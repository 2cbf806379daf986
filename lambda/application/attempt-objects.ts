import { ProviderFailure } from '../domain/failure.ts';
import type { JsonValue } from '../domain/generation.ts';
import type { ByteStream, StoredImage } from '../domain/image.ts';
import type { ImageStore } from '../domain/ports.ts';

/** What one attempt puts into the bucket, below a prefix of its own. */
export interface AttemptObjects {
  /** Streams an image into the bucket. Throws ProviderFailure `malformed` for what is none, and what its bytes throw. */
  saveImage(name: string, bytes: ByteStream, signal: AbortSignal): Promise<StoredImage>;
  /** Keeps a value as JSON and gives its key. */
  keepJson(name: string, value: JsonValue): Promise<string>;
  /** What the bucket itself failed with; undefined while it has taken everything. */
  fault(): unknown;
  /** Takes back all that was put there, and the manifest first: with nothing behind it, it must not be found. */
  discard(): Promise<void>;
}

/** The manifest's name below an attempt's prefix. */
export const manifestName = 'manifest.json';

export function createAttemptObjects(images: ImageStore, prefix: string): AttemptObjects {
  const keys: string[] = [];
  let fault: unknown;
  return {
    async saveImage(name, bytes, signal) {
      const source = watched(bytes);
      let image: StoredImage | undefined;
      try {
        image = await images.save(`${prefix}/${name}`, source.bytes, signal);
      } catch (error) {
        if (!source.failed() && !signal.aborted) fault = error;
        throw error;
      }
      if (!image) throw new ProviderFailure('malformed', 'The provider answered with something that is no image.');
      keys.push(image.key);
      return image;
    },
    async keepJson(name, value) {
      const key = `${prefix}/${name}.json`;
      keys.push(key);
      await images.putJson(key, value);
      return key;
    },
    fault: () => fault,
    async discard() {
      await images.remove([`${prefix}/${manifestName}`]);
      await images.remove(keys);
    },
  };
}

/** The same bytes, remembering whether it was their source that failed. */
function watched(bytes: ByteStream): { readonly bytes: ByteStream; failed(): boolean } {
  let failed = false;
  async function* passOn() {
    try {
      yield* bytes;
    } catch (error) {
      failed = true;
      throw error;
    }
  }
  return { bytes: passOn(), failed: () => failed };
}
