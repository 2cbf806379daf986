import { ProviderFailure } from '../../domain/failure.ts';
import type { JsonValue } from '../../domain/generation.ts';
import type { ByteStream } from '../../domain/image.ts';
import { Base64Decoder } from './base64-decoder.ts';
import { ChunkSource } from './chunk-source.ts';
import { parseJson } from './json-fields.ts';
import { Skeleton } from './skeleton.ts';

export interface SplitOptions<T> {
  /** The string fields, at any depth, whose values are base64. */
  readonly fields?: readonly string[];
  /** The fields, at any depth, that are lists of such strings. */
  readonly listFields?: readonly string[];
  /**
   * Takes the decoded bytes of the value with that number, counted from 0 in the order of the text. The rest of the text
   * is read when it is done; what it leaves unread of the value is skipped. `before` gives the text up to the value.
   */
  readonly take: (number: number, bytes: ByteStream, before: () => string) => Promise<T>;
  /** How long the text may be without those values. */
  readonly mostSkeletonBytes?: number;
}

export interface Split<T> {
  /** The JSON with each value replaced by its number, as a string. */
  readonly skeleton: unknown;
  /** What `take` made of each value. */
  readonly taken: readonly T[];
}

const defaultSkeletonBytes = 1024 * 1024;

/**
 * Reads a JSON text of any length that bears files in base64, holding no more of it in memory than a chunk and the
 * skeleton. Throws ProviderFailure `malformed` for what isn't such a text. A failure of the body itself passes through,
 * whatever `take` made of it.
 */
export async function splitJson<T>(body: ByteStream, options: SplitOptions<T>): Promise<Split<T>> {
  const source = new ChunkSource(body);
  const skeleton = new Skeleton(options.fields ?? [], options.listFields ?? []);
  const taken: T[] = [];
  try {
    for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
      const { length, atValue } = skeleton.read(chunk);
      source.putBack(chunk.subarray(length));
      if (skeleton.bytes > (options.mostSkeletonBytes ?? defaultSkeletonBytes)) {
        throw malformed('it is too long for an answer with images');
      }
      if (!atValue) continue;
      const value = new Base64Value(source);
      taken.push(await options.take(taken.length, value.bytes(), () => skeleton.text()));
      await value.skipRest();
      skeleton.mark(taken.length - 1);
    }
    return { skeleton: parsed(skeleton.text()), taken };
  } catch (error) {
    throw source.failure === undefined ? error : source.failure.error;
  } finally {
    source.close();
  }
}

function parsed(text: string): JsonValue {
  const value = parseJson(text);
  if (value === undefined) throw malformed('it is not valid JSON, or nested too deeply');
  return value;
}

const malformed = (why: string, cause?: unknown): ProviderFailure =>
  new ProviderFailure('malformed', `The provider's answer can't be read: ${why}.`, { cause });

/** One value, from behind its opening quote to its closing one. */
class Base64Value {
  private readonly source: ChunkSource;
  private readonly decoder = new Base64Decoder();
  private ended = false;

  constructor(source: ChunkSource) {
    this.source = source;
  }

  async *bytes(): ByteStream {
    for (let bytes = await this.next(); bytes !== undefined; bytes = await this.next()) {
      if (bytes.length > 0) yield bytes;
    }
  }

  async skipRest(): Promise<void> {
    while ((await this.next()) !== undefined);
  }

  private async next(): Promise<Buffer | undefined> {
    if (this.ended) return undefined;
    const chunk = await this.source.next();
    if (chunk === undefined) throw malformed('it breaks off within an image');
    // Base64 has no quotes, so the first one ends the value; an escaped one leaves its backslash for the decoder to refuse.
    const end = chunk.indexOf('"');
    try {
      if (end < 0) return this.decoder.push(chunk);
      this.ended = true;
      this.source.putBack(chunk.subarray(end + 1));
      return Buffer.concat([this.decoder.push(chunk.subarray(0, end)), this.decoder.end()]);
    } catch (cause) {
      throw malformed('an image in it is not base64', cause);
    }
  }
}
