import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { JsonValue } from '../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import { readImageHeader } from '../../../lambda/domain/images/image-header.ts';
import type { PartialImage, ProviderCall } from '../../../lambda/domain/provider.ts';

/** Long and odd enough that it can't be anywhere by chance. */
export const apiKey = 'sk-test-3f9c51e0a7d24b68';

/** A provider call whose images stay in memory. */
export interface MemoryCall extends ProviderCall {
  /** What was saved, by index. */
  readonly saved: Map<number, Buffer>;
  readonly rawRequests: JsonValue[];
  readonly rawResponses: JsonValue[];
  /** The partial images that were shown. */
  readonly shownPartials: PartialImage[];
}

export interface MemoryCallOptions {
  readonly signal?: AbortSignal;
  /** The bytes of the input images by key. */
  readonly inputs?: ReadonlyMap<string, Uint8Array>;
  readonly apiKey?: string;
  /** @default images are sent as bytes */
  readonly addressOf?: (image: InputImage) => string;
  /** How many partial images somebody wants to see. @default nobody watches */
  readonly partials?: number;
}

export function memoryCall(options: MemoryCallOptions = {}): MemoryCall {
  const saved = new Map<number, Buffer>();
  const rawRequests: JsonValue[] = [];
  const rawResponses: JsonValue[] = [];
  const shownPartials: PartialImage[] = [];
  return {
    saved,
    rawRequests,
    rawResponses,
    shownPartials,
    ...(options.partials === undefined
      ? {}
      : { partials: { count: options.partials, take: (partial) => shownPartials.push(partial) } }),
    ...(options.addressOf && { addressOf: options.addressOf }),
    apiKey: options.apiKey ?? apiKey,
    signal: options.signal ?? AbortSignal.timeout(60_000),
    async openImage(image) {
      const bytes = options.inputs?.get(image.key);
      if (!bytes) throw new Error(`No input image is kept under ${image.key}.`);
      return inPieces(bytes);
    },
    async saveImage(index, bytes) {
      const whole = await buffer(bytes);
      const facts = readImageHeader(whole);
      if (!facts) throw new ProviderFailure('malformed', 'The provider sent something else than an image.');
      saved.set(index, whole);
      return { ...facts, key: `results/${index}.${facts.type}`, bytes: whole.length };
    },
    keepRawRequest: (request) => rawRequests.push(request),
    keepRawResponse: (response) => rawResponses.push(response()),
  };
}

/** In pieces above and below the sizes at which buffers change their ways, as views into one memory. */
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0, length = 100_000; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** What the gateway knows of an input image, read off its bytes. */
export function inputImage(key: string, bytes: Uint8Array): InputImage {
  const facts = readImageHeader(bytes);
  if (!facts) throw new TypeError(`The bytes for ${key} are no image.`);
  return { ...facts, key, bytes: bytes.length, sha256: sha256(bytes) };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
