import { crc32 } from 'node:zlib';

/** A chunk that is written into a png. */
export interface PngChunk {
  readonly name: string;
  readonly body: Uint8Array;
}

/** Length, name, body and checksum. Source: PNG (W3C) 5.3. */
export function chunkBytes({ name, body }: PngChunk): readonly Uint8Array[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length, 0);
  head.write(name, 4, 'latin1');
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body, crc32(head.subarray(4))));
  return [head, body, checksum];
}
