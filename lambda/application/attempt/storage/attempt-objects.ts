import { ProviderFailure } from '../../../domain/failure.ts';
import type { JsonValue } from '../../../domain/generation.ts';
import type { ByteStream, StoredImage } from '../../../domain/images/image.ts';
import type { ImageStore } from '../../../domain/ports.ts';
import { imageNames, jsonName, manifestName } from './attempt-keys.ts';

/** What one attempt puts into the bucket, below a prefix of its own. */
export interface AttemptObjects {
  /** Streams an image into the bucket. Throws ProviderFailure `malformed` for what is none, and what its bytes throw. */
  saveImage(name: string, bytes: ByteStream, signal: AbortSignal): Promise<StoredImage>;
  /** Keeps a value as JSON. */
  keepJson(name: string, value: JsonValue): Promise<void>;
  /** Whether anything was put there, or may have been. */
  hasStored(): boolean;
  /** What the bucket itself failed with; undefined while it has taken everything. */
  fault(): unknown;
  /**
   * Deletes all that was put there or may have been, and the manifest first: with nothing behind it, it must not be found.
   * Only while no other worker of the attempt may need it.
   */
  deleteAll(): Promise<void>;
  /** The same, but for what is kept as JSON. */
  deleteImages(): Promise<void>;
}

export function createAttemptObjects(images: ImageStore, prefix: string): AttemptObjects {
  const imageKeys: string[] = [];
  const jsonKeys: string[] = [];
  const deleteManifestAnd = async (keys: readonly string[]) => {
    await images.remove([`${prefix}/${manifestName}`]);
    await images.remove(keys);
  };
  let fault: unknown;
  return {
    async saveImage(name, bytes, signal) {
      // Also an upload that fails may have left its object.
      imageKeys.push(...imageNames(name).map((each) => `${prefix}/${each}`));
      let sourceFailed = false;
      const source = watched(bytes, () => {
        sourceFailed = true;
      });
      let image: StoredImage | undefined;
      try {
        image = await images.save(`${prefix}/${name}`, source, signal);
      } catch (error) {
        if (!sourceFailed && !signal.aborted) fault = error;
        throw error;
      }
      if (!image) throw new ProviderFailure('malformed', 'The provider answered with something that is no image.');
      return image;
    },
    async keepJson(name, value) {
      const key = `${prefix}/${jsonName(name)}`;
      jsonKeys.push(key);
      await images.putJson(key, value);
    },
    hasStored: () => imageKeys.length + jsonKeys.length > 0,
    fault: () => fault,
    deleteAll: () => deleteManifestAnd([...imageKeys, ...jsonKeys]),
    deleteImages: () => deleteManifestAnd(imageKeys),
  };
}

/** The same bytes; `onFailure` hears of errors of their source, not of their consumer. */
export async function* watched(bytes: ByteStream, onFailure: (error: unknown) => void): ByteStream {
  try {
    yield* bytes;
  } catch (error) {
    onFailure(error);
    throw error;
  }
}
