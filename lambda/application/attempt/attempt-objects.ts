import { ProviderFailure } from '../../domain/failure.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { type ByteStream, imageTypes, type StoredImage } from '../../domain/images/image.ts';
import { type RawSide, rawSides } from '../../domain/jobs/attempt.ts';
import { itemLimits } from '../../domain/jobs/item-limits.ts';
import type { ImageStore } from '../../domain/ports.ts';

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
   * Takes back all that was put there or may have been, and the manifest first: with nothing behind it, it must not be
   * found. Only for who knows that no other worker of the attempt may need it.
   */
  discard(): Promise<void>;
  /** The same, but for what is kept as JSON. */
  discardImages(): Promise<void>;
}

/** The names below an attempt's prefix. An image's own is its index, and all images have their type's ending besides. */
export const manifestName = 'manifest.json';
export const rawName = (side: RawSide): string => `raw-${side}`;
export const probeName = 'probe';
export const fetchedName = (index: number): string => `fetched-${index}`;

/** Every name that an attempt may have used, for who has to remove what a lost worker could not tell of. */
export const possibleNames: readonly string[] = [
  manifestName,
  ...[...rawSides.map(rawName), probeName].map(jsonName),
  ...Array.from({ length: itemLimits.images }, (_, index) => [String(index), fetchedName(index)])
    .flat()
    .flatMap(imageNames),
];

/** What an image of this name may be called in the bucket: its type is known when its bytes come. */
function imageNames(name: string): readonly string[] {
  return imageTypes.map((type) => `${name}.${type}`);
}

/** What a value kept as JSON is called in the bucket. */
export function jsonName(name: string): string {
  return `${name}.json`;
}

export function createAttemptObjects(images: ImageStore, prefix: string): AttemptObjects {
  const imageKeys: string[] = [];
  const jsonKeys: string[] = [];
  const discardAnd = async (keys: readonly string[]) => {
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
    discard: () => discardAnd([...imageKeys, ...jsonKeys]),
    discardImages: () => discardAnd(imageKeys),
  };
}

/** The same bytes, with a word to `onFailure` where it is their source that fails. */
export async function* watched(bytes: ByteStream, onFailure: (error: unknown) => void): ByteStream {
  try {
    yield* bytes;
  } catch (error) {
    onFailure(error);
    throw error;
  }
}
