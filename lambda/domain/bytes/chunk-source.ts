import type { ByteStream } from '../images/image.ts';

/** A body's chunks, pulled one at a time (backpressure), with a place for the rest of one. */
export class ChunkSource {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private kept: Buffer = Buffer.alloc(0);
  /** Set once the body itself has failed. */
  failure: { readonly error: unknown } | undefined;

  constructor(body: ByteStream) {
    this.iterator = body[Symbol.asyncIterator]();
  }

  /** The next bytes, at least one; undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    while (this.kept.length === 0) {
      const { value, done } = await this.pull();
      if (done) return undefined;
      this.kept = Buffer.from(value.buffer, value.byteOffset, value.length);
    }
    const chunk = this.kept;
    this.kept = Buffer.alloc(0);
    return chunk;
  }

  /** Lets the next read begin with these bytes. */
  putBack(rest: Buffer): void {
    this.kept = rest;
  }

  /** The next bytes without their being read: as many as asked for or more, less only where the body ends before. */
  async peek(length: number): Promise<Buffer> {
    let begun: Buffer = Buffer.alloc(0);
    while (begun.length < length) {
      const chunk = await this.next();
      if (chunk === undefined) break;
      begun = Buffer.concat([begun, chunk]);
    }
    this.putBack(begun);
    return begun;
  }

  /** All that has not been read. */
  async *rest(): ByteStream {
    try {
      for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) yield chunk;
    } finally {
      this.close();
    }
  }

  /**
   * Lets go of the connection, also where the text has not been read to its end. It is not awaited: a taker that
   * failed may have left a read under way, which only the next bytes or the signal will end.
   */
  close(): void {
    Promise.resolve(this.iterator.return?.()).catch(() => {});
  }

  private async pull(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.iterator.next();
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}
