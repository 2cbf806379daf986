import { Base64Decoder } from '../../../domain/bytes/base64-decoder.ts';
import type { ChunkSource } from '../../../domain/bytes/chunk-source.ts';
import { ProviderFailure } from '../../../domain/failure.ts';
import type { ByteStream } from '../../../domain/images/image.ts';

/** One value of a JSON text that is base64, from behind its opening quote to its closing one. */
export class Base64Value {
  private readonly source: ChunkSource;
  private readonly decoder = new Base64Decoder();
  private ended = false;
  private escaped = false;
  private first: Buffer | undefined;

  constructor(source: ChunkSource) {
    this.source = source;
  }

  /** Whether there is anything in it. Throws ProviderFailure `malformed` as `bytes` does. */
  async hasBytes(): Promise<boolean> {
    while (this.first === undefined || this.first.length === 0) {
      const bytes = await this.decoded();
      if (bytes === undefined) return false;
      this.first = bytes;
    }
    return true;
  }

  /**
   * Its bytes. Throws ProviderFailure `malformed` where they are no base64, and where the text breaks off within them.
   */
  async *bytes(): ByteStream {
    if (!(await this.hasBytes()) || this.first === undefined) return;
    yield this.first;
    for (let bytes = await this.decoded(); bytes !== undefined; bytes = await this.decoded()) {
      if (bytes.length > 0) yield bytes;
    }
  }

  /** Skips to its end, whatever its content. Throws ProviderFailure `malformed` where the text is truncated before. */
  async skipRest(): Promise<void> {
    while ((await this.next()) !== undefined);
  }

  private async decoded(): Promise<Buffer | undefined> {
    const piece = await this.next();
    if (piece === undefined) return undefined;
    try {
      const bytes = this.decoder.push(piece);
      return this.ended ? Buffer.concat([bytes, this.decoder.end()]) : bytes;
    } catch (cause) {
      throw malformedAnswer('an image in it is not base64', cause);
    }
  }

  private async next(): Promise<Buffer | undefined> {
    if (this.ended) return undefined;
    const chunk = await this.source.next();
    if (chunk === undefined) throw malformedAnswer('it breaks off within an image');
    const end = this.endIn(chunk);
    if (end < 0) return chunk;
    this.ended = true;
    this.source.putBack(chunk.subarray(end + 1));
    return chunk.subarray(0, end);
  }

  /**
   * The index of the closing quote: the first without a backslash before it. Base64 has neither, so one search is
   * enough.
   */
  private endIn(chunk: Buffer): number {
    for (let from = 0; ; ) {
      const at = chunk.indexOf(quote, from);
      const before = chunk.subarray(from, at < 0 ? chunk.length : at);
      const backslashes = trailingBackslashes(before);
      const carried = backslashes === before.length && this.escaped ? 1 : 0;
      const isEscaped = (backslashes + carried) % 2 === 1;
      this.escaped = at < 0 && isEscaped;
      if (at < 0 || !isEscaped) return at;
      from = at + 1;
    }
  }
}

const quote = 0x22;
const backslash = 0x5c;

function trailingBackslashes(bytes: Buffer): number {
  let count = 0;
  while (count < bytes.length && bytes[bytes.length - 1 - count] === backslash) count += 1;
  return count;
}

/** The failure of an answer that can't be parsed. */
export const malformedAnswer = (why: string, cause?: unknown): ProviderFailure =>
  new ProviderFailure('malformed', `The provider's response can't be read: ${why}.`, { cause });
