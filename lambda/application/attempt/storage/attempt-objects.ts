// Object storage of an attempt: streamed uploads, fault attribution (source or store), rollback.

import { ProviderFailure } from '../../../domain/failure.ts';
import type { JsonValue } from '../../../domain/generation.ts';
import type { ByteStream, StoredImage } from '../../../domain/images/image.ts';
import type { ImageStore } from '../../../domain/ports.ts';
import { imageNames, jsonName, manifestName } from './attempt-keys.ts';

/** The objects that one attempt stores, below its own prefix. */
export interface AttemptObjects {
  /** Streams an image into the bucket. Throws ProviderFailure `malformed` if it isn't one, and the errors of `bytes`. */
  saveImage(name: string, bytes: ByteStream, signal: AbortSignal): Promise<StoredImage>;
  /** Stores a value as JSON. */
  keepJson(name: string, value: JsonValue): Promise<void>;
  /** Whether anything was stored, or may have been. */
  hasStored(): boolean;
  /** The bucket's own error; undefined if there was none. */
  fault(): unknown;
  /**
   * Deletes everything that was or may have been stored, the manifest first: it must not exist without its images. Only if no
   * other worker of the attempt may need them.
   */
  deleteAll(): Promise<void>;
  /** Likewise, but keeps JSON objects. */
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
      // Even a failed upload may have left an object.
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
      if (!image) throw new ProviderFailure('malformed', "The provider's response is not an image.");
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

/** Yields the same bytes; reports errors of the source, not of the consumer, to `onFailure`. */
export async function* watched(bytes: ByteStream, onFailure: (error: unknown) => void): ByteStream {
  try {
    yield* bytes;
  } catch (error) {
    onFailure(error);
    throw error;
  }
}
