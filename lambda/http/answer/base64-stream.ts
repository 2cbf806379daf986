import type { ByteStream } from '../../domain/images/image.ts';

/** A stream's bytes in base64, as ASCII, piece by piece: only the last piece may have padding. */
export async function* base64Of(bytes: ByteStream): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const piece of bytes) {
    const joined = rest.length === 0 ? asBuffer(piece) : Buffer.concat([rest, piece]);
    const whole = joined.length - (joined.length % 3);
    // A copy, for what is kept must not pin the piece it came in.
    rest = Buffer.from(joined.subarray(whole));
    if (whole > 0) yield encoded(joined.subarray(0, whole));
  }
  if (rest.length > 0) yield encoded(rest);
}

const asBuffer = (piece: Uint8Array): Buffer => Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);

const encoded = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('base64'), 'latin1');
