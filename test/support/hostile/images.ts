import { pngBytes } from '../image-bytes.ts';
import type { Random } from './random.ts';

const sides = [0, 1, 2, 16, 640, 8000, 8001, 0xffff, 0x7fffffff, 0xffffffff];
/** Most are equal, for a mask must be as large as its image. */
const goodSides = [64, 64, 64, 64, 64, 64, 1, 640];

/** What a multipart reader may take for its boundary, its line breaks or its headers. */
export const lookAlikes = (boundary: string): readonly string[] => [
  '\r\n',
  '\r',
  '\n',
  '--',
  '\r\n--',
  '\r\n\r\n',
  boundary,
  `--${boundary}`,
  `\n--${boundary}--`,
  `\r--${boundary}`,
  `\r\n-${boundary}`,
  `\r\n--${boundary.slice(0, -1)}`,
  `\r\n--${boundary.slice(0, Math.ceil(boundary.length / 2))}\r\n--`,
  '\r\nContent-Disposition: form-data; name="image"\r\n\r\n',
];

function png(random: Random, width: number, height: number, tail = random.bytes(random.below(60))): Buffer {
  const head = Buffer.from(pngBytes(33, { width, height }));
  head[25] = random.pick([0, 2, 3, 4, 6, 6, 255]);
  return Buffer.concat([head, tail]);
}

/** A PNG's chunk whose length is the header's own word, true or not. */
function chunk(length: number, name: string, data = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(length >>> 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

const chunks = (random: Random): Buffer =>
  Buffer.concat(
    Array.from({ length: random.below(40) }, () =>
      chunk(
        random.pick([0, 0, 0, 1, 12, 0x7fffffff, 0xffffffff, 0xfffffff4, -12]),
        random.pick(['tEXt', 'tRNS', 'PLTE', 'IDAT', 'IEND', '\0\0\0\0']),
      ),
    ),
  );

function jpeg(random: Random): Buffer {
  const segments = Array.from({ length: random.below(12) }, () => {
    const marker = random.pick([0x01, 0xc4, 0xc8, 0xcc, 0xd0, 0xd8, 0xd9, 0xda, 0xdb, 0xe0, 0xe1, 0xfe, 0xff, 0x00]);
    const length = random.pick([0, 1, 2, 2, 2, 3, 16, 0xffff]);
    return Buffer.concat([
      Buffer.from([0xff, marker, length >> 8, length & 0xff]),
      Buffer.alloc(Math.min(14, Math.max(0, length - 2))),
    ]);
  });
  const frame = Buffer.from([0xff, random.pick([0xc0, 0xc1, 0xc2, 0xcf]), 0, 17, 8, 0, 0, 0, 0, 3]);
  frame.writeUInt16BE(random.pick(goodSides), 5);
  frame.writeUInt16BE(random.pick([...goodSides, 0xffff, 0]), 7);
  const fill = Buffer.alloc(random.below(30), 0xff);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...segments, fill, frame, random.bytes(random.below(20))]);
}

function webp(random: Random): Buffer {
  const kind = random.pick(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'VP8\0']);
  const bytes = Buffer.concat([Buffer.from(`RIFF\0\0\0\0WEBP${kind}`, 'latin1'), random.bytes(14 + random.below(20))]);
  bytes.writeUInt32LE(random.pick([0, 22, bytes.length - 8, 0xffffffff]), 4);
  if (kind === 'VP8L' && !random.onceIn(4)) bytes[20] = 0x2f;
  if (!random.onceIn(3)) bytes.fill(random.pick([0, 1, 0x10]), 22);
  return bytes;
}

/** An image that the gateway takes, of any bytes: those of its content make up look-alikes of the boundary. */
export function goodImage(random: Random, boundary = 'b'): Buffer {
  const pieces = Array.from({ length: random.below(8) }, () =>
    random.onceIn(3) ? random.bytes(random.below(50)) : Buffer.from(random.pick(lookAlikes(boundary))),
  );
  const content = Buffer.concat(pieces);
  // The boundary itself, after a line break, ends a part whatever the part is.
  const tail = content.includes(`\r\n--${boundary}`) ? Buffer.from('\r\n') : content;
  return png(random, random.pick(goodSides), random.pick(goodSides), tail);
}

/** The header of an image that says what it likes, a file that is none, or one that is cut. */
export function hostileImage(random: Random, boundary = 'b'): Buffer {
  const image = random.make<Buffer>([
    () => goodImage(random, boundary),
    () => png(random, random.pick(sides), random.pick(sides)),
    () => png(random, 64, 64, chunks(random)),
    () => jpeg(random),
    () => webp(random),
    () => Buffer.from(random.pick(['', 'GIF89a', '<svg/>', '%PDF-1.7', '\0', 'BM', '\ufeff'])),
    () => random.bytes(random.below(120)),
    () => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  ]);
  return random.onceIn(4) ? image.subarray(0, random.below(image.length + 1)) : image;
}
