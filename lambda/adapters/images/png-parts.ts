import { isChunkName, pngChunks } from '../../domain/images/png-header.ts';
import type { PngLayout } from './png-rows.ts';

const signatureBytes = 8;
const checksumBytes = 4;

/** An IHDR chunk has 13 bytes, a tRNS chunk one for each of at most 256 colours. Source: PNG (W3C) 11.2.1, 11.3.1.1. */
const maxKeptBytes = 256;

/**
 * Takes a png apart as its bytes come, and keeps none of them but its layout and its tRNS chunk. Makes few objects for a
 * chunk, since a file may have hundreds of thousands of empty ones.
 */
export class PngParts {
  /** Known once the IHDR chunk has come, which is the first. */
  layout: PngLayout | undefined;
  /** The tRNS chunk, which comes before the rows. @default - there was none */
  transparency: Uint8Array | undefined;
  /** The length and the name of the chunk that is being read. */
  private readonly head = Buffer.alloc(8);
  private headFilled = 0;
  /** Bytes to pass over before the next chunk begins. */
  private skip = signatureBytes;
  /** Bytes that are left of the chunk's body. */
  private left = 0;
  private readonly kept = Buffer.alloc(maxKeptBytes);
  private keptFilled = 0;
  private isDone = false;

  /** The compressed rows within the next piece of the file, as one. */
  take(piece: Buffer): Buffer {
    const rows = Buffer.allocUnsafe(piece.length);
    let filled = 0;
    for (let at = 0; at < piece.length && !this.isDone; ) {
      const rest = piece.length - at;
      if (this.skip > 0) {
        const passed = Math.min(this.skip, rest);
        this.skip -= passed;
        at += passed;
      } else if (this.headFilled < this.head.length) {
        const copied = piece.copy(this.head, this.headFilled, at);
        this.headFilled += copied;
        at += copied;
        if (this.headFilled === this.head.length) this.beginChunk();
      } else {
        const end = at + Math.min(this.left, rest);
        if (this.name === pngChunks.IDAT) filled += piece.copy(rows, filled, at, end);
        else this.keptFilled += piece.copy(this.kept, this.keptFilled, at, end);
        this.left -= end - at;
        at = end;
      }
      if (this.headFilled === this.head.length && this.left === 0 && !this.isDone) this.endChunk();
    }
    return rows.subarray(0, filled);
  }

  private get name(): number {
    return this.head.readUInt32BE(4);
  }

  private beginChunk(): void {
    this.left = this.head.readUInt32BE(0);
    this.keptFilled = 0;
    this.isDone = !isChunkName(this.name) || this.name === pngChunks.IEND;
  }

  private endChunk(): void {
    if (this.name === pngChunks.IHDR) this.layout ??= layoutOf(this.kept);
    if (this.name === pngChunks.tRNS) this.transparency ??= Buffer.from(this.kept.subarray(0, this.keptFilled));
    this.headFilled = 0;
    this.skip = checksumBytes;
  }
}

const layoutOf = (body: Buffer): PngLayout => ({
  width: body.readUInt32BE(0),
  height: body.readUInt32BE(4),
  bitDepth: body[8] ?? 0,
  colourType: body[9] ?? 0,
  isInterlaced: body[12] === 1,
});
