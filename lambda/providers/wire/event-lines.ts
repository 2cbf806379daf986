import type { ChunkSource } from '../../domain/bytes/chunk-source.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const colon = 0x3a;
const space = 0x20;

/** Bytes of a field's name, or of a value that is read whole, beyond which it is none of ours. */
const maxTextBytes = 128;

/** UTF-8's byte order mark, which may precede the first line, decoded as Latin-1. */
const byteOrderMark = '\u00ef\u00bb\u00bf';

/** The lines of a stream of server-sent events, each a field with a value, of which no more is held than a chunk. */
export class EventLines {
  private readonly source: ChunkSource;
  private inLine = false;
  private afterReturn = false;
  private isFirst = true;

  constructor(source: ChunkSource) {
    this.source = source;
  }

  /**
   * Skips what is left of a line and gives the field that the next begins with: `''` for an empty line, `:` for a
   * comment, undefined at the end of the stream.
   */
  async next(): Promise<string | undefined> {
    while ((await this.piece()) !== undefined);
    let name = '';
    for (let chunk = await this.chunk(); chunk !== undefined; chunk = await this.chunk()) {
      this.inLine = true;
      const end = fieldEndIn(chunk);
      if (name.length <= maxTextBytes) name += chunk.toString('latin1', 0, end < 0 ? chunk.length : end);
      if (end < 0) continue;
      if (chunk[end] === colon) {
        this.source.putBack(chunk.subarray(end + 1));
        await this.skipSpace();
        return this.named(name === '' ? ':' : name);
      }
      this.source.putBack(chunk.subarray(end));
      await this.piece();
      return this.named(name);
    }
    return name === '' ? undefined : this.named(name);
  }

  /** The next bytes of the line's value; undefined at the end of the line. */
  async piece(): Promise<Buffer | undefined> {
    if (!this.inLine) return undefined;
    const chunk = await this.chunk();
    if (chunk === undefined) {
      this.inLine = false;
      return undefined;
    }
    const end = lineEndIn(chunk);
    if (end < 0) return chunk;
    if (end > 0) {
      this.source.putBack(chunk.subarray(end));
      return chunk.subarray(0, end);
    }
    this.inLine = false;
    this.afterReturn = chunk[0] === carriageReturn;
    this.source.putBack(chunk.subarray(1));
    return undefined;
  }

  /** The line's value as text; empty where it is too long for one. */
  async text(): Promise<string> {
    let text = '';
    for (let piece = await this.piece(); piece !== undefined; piece = await this.piece()) {
      if (text.length <= maxTextBytes) text += piece.toString('latin1');
    }
    return text.length <= maxTextBytes ? text : '';
  }

  /** The next bytes. A line feed behind a carriage return belongs to the line before, whenever it comes. */
  private async chunk(): Promise<Buffer | undefined> {
    const chunk = await this.source.next();
    if (chunk === undefined || !this.afterReturn) return chunk;
    this.afterReturn = false;
    if (chunk[0] !== lineFeed) return chunk;
    if (chunk.length === 1) return this.source.next();
    return chunk.subarray(1);
  }

  /** One space behind the colon is no part of the value. */
  private async skipSpace(): Promise<void> {
    const chunk = await this.chunk();
    if (chunk !== undefined) this.source.putBack(chunk[0] === space ? chunk.subarray(1) : chunk);
  }

  private named(name: string): string {
    const isFirst = this.isFirst;
    this.isFirst = false;
    return isFirst && name.startsWith(byteOrderMark) ? name.slice(byteOrderMark.length) : name;
  }
}

/**
 * The index of the line's end; -1 where the chunk ends first. One pass, whichever the line ending: a chunk may hold
 * thousands of lines.
 */
function lineEndIn(chunk: Buffer): number {
  for (let at = 0; at < chunk.length; at += 1) {
    if (chunk[at] === lineFeed || chunk[at] === carriageReturn) return at;
  }
  return -1;
}

/** The index of the field name's end, a colon or the line's end; -1 where the chunk ends first. */
function fieldEndIn(chunk: Buffer): number {
  for (let at = 0; at < chunk.length; at += 1) {
    if (chunk[at] === colon || chunk[at] === lineFeed || chunk[at] === carriageReturn) return at;
  }
  return -1;
}
