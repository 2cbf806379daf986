import type { JsonValue } from '../../../lambda/domain/generation.ts';
import type { ByteStream, StoredImage } from '../../../lambda/domain/images/image.ts';
import type { ImageStore } from '../../../lambda/domain/ports.ts';
import { type Network, StoreFault } from '../network.ts';
import type { Invocation } from '../scheduler.ts';

/** The one chunk that every picture here consists of. */
export const picture = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);

export interface BucketOptions {
  readonly network: Network;
  /** The number of the job that an object belongs to, by the submission's nonce in its key. */
  readonly jobNumberOf: (nonce: string) => number;
  /** Whether results are taken now. */
  readonly takesResults: () => boolean;
}

/** The submission's nonce in an object's key, such as `results/r2/{nonce}/1/0.png`. */
export function nonceOf(key: string): string {
  const start = key.indexOf('/', key.indexOf('/') + 1) + 1;
  return key.slice(start, key.indexOf('/', start));
}

/** The bucket: which objects there are, and what JSON is in them; in an image, the key that it was first stored at. */
export class Bucket {
  readonly objects = new Map<string, JsonValue | undefined>();
  readonly #options: BucketOptions;

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  storeFor(invocation: Invocation): ImageStore {
    return new StoreOfInvocation(this.objects, this.#options, invocation);
  }
}

/** The bucket as one invocation reaches it. */
class StoreOfInvocation implements ImageStore {
  readonly #objects: Bucket['objects'];
  readonly #options: BucketOptions;
  readonly #invocation: Invocation;

  constructor(objects: Bucket['objects'], options: BucketOptions, invocation: Invocation) {
    this.#objects = objects;
    this.#options = options;
    this.#invocation = invocation;
  }

  put(key: string): Promise<void> {
    return this.#ask('bucket.put', key, () => this.#keep(key));
  }

  async save(keyWithoutExtension: string, bytes: ByteStream, signal: AbortSignal): Promise<StoredImage | undefined> {
    let length = 0;
    for await (const chunk of bytes) length += chunk.length;
    signal.throwIfAborted();
    if (length === 0) return undefined;
    const key = `${keyWithoutExtension}.png`;
    await this.#ask('bucket.save', key, () => this.#keep(key, key));
    signal.throwIfAborted();
    return { key, type: 'png', width: 64, height: 64, hasAlpha: false, bytes: length };
  }

  copy(from: string, to: string): Promise<boolean> {
    return this.#ask('bucket.copy', to, () => {
      if (!this.#objects.has(from)) return false;
      this.#keep(to, this.#objects.get(from));
      return true;
    });
  }

  open(key: string): Promise<ByteStream> {
    return this.#ask('bucket.open', key, () => {
      if (!this.#objects.has(key)) throw new Error(`The object ${key} isn't there.`);
      return pictureBytes();
    });
  }

  putJson(key: string, value: JsonValue): Promise<void> {
    const label = key.endsWith('manifest.json') ? 'bucket.putManifest' : 'bucket.putJson';
    return this.#ask(label, key, () => this.#keep(key, value));
  }

  findJson(key: string): Promise<JsonValue | undefined> {
    return this.#ask('bucket.findJson', key, () => this.#objects.get(key));
  }

  remove(keys: readonly string[]): Promise<void> {
    const [first] = keys;
    if (first === undefined) return Promise.resolve();
    return this.#ask('bucket.remove', first, () => {
      for (const key of keys) this.#objects.delete(key);
    });
  }

  #keep(key: string, value?: JsonValue): void {
    const { network, takesResults } = this.#options;
    if (key.startsWith('results/') && !takesResults()) {
      network.count('bucket closed');
      throw new StoreFault(`The bucket does not take ${key}.`, false);
    }
    this.#objects.set(key, value);
  }

  #ask<Answer>(label: string, key: string, work: () => Answer): Promise<Answer> {
    const { network, jobNumberOf } = this.#options;
    return network.ask({ invocation: this.#invocation, label, job: jobNumberOf(nonceOf(key)), to: 'store' }, work);
  }
}

async function* pictureBytes(): AsyncGenerator<Uint8Array> {
  yield picture;
}
