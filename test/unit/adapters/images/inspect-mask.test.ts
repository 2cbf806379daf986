import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspectMask } from '../../../../lambda/adapters/images/inspect-mask.ts';
import { maxConvertedPixels } from '../../../../lambda/domain/images/conversion.ts';
import type { ByteStream, ImageFacts } from '../../../../lambda/domain/images/image.ts';
import { readImageHeader } from '../../../../lambda/domain/images/image-header.ts';
import { pngChunk, pngOf } from '../../../support/image-bytes.ts';
import { keyedPng, palettePng, rgbaPixels, wideAlphaPng } from '../../../support/odd-pngs.ts';
import fc from '../../../support/seeded-fast-check.ts';

const size = { width: 37, height: 21 };
const count = size.width * size.height;

async function* inPieces(bytes: Uint8Array, of: number): ByteStream {
  for (let at = 0; at < bytes.length; at += of) yield bytes.subarray(at, at + of);
}

const factsOf = (bytes: Uint8Array): ImageFacts => {
  const facts = readImageHeader(bytes);
  if (!facts) throw new TypeError('The bytes are no image.');
  return facts;
};

const look = (bytes: Uint8Array, pieceBytes = bytes.length) =>
  inspectMask(factsOf(bytes), async () => inPieces(bytes, pieceBytes));

/** All pixels of one alpha, but for one pixel in the middle. */
const alphas = (most: number, one = most): Uint8Array =>
  new Uint8Array(count).fill(most).fill(one, count >> 1, (count >> 1) + 1);

const rgba = (of: Uint8Array) => sharp(rgbaPixels(of), { raw: { ...size, channels: 4 } });

/** Every way in which a png tells how transparent its pixels are. */
const kinds: Readonly<Record<string, (of: Uint8Array) => Promise<Buffer>>> = {
  'true colour': (of) => rgba(of).png().toBuffer(),
  'true colour, its rows filtered': (of) => rgba(of).png({ adaptiveFiltering: true }).toBuffer(),
  'true colour, interlaced': (of) => rgba(of).png({ progressive: true }).toBuffer(),
  'true colour of 16 bits': (of) => Promise.resolve(wideAlphaPng(size, of, 6)),
  'grey and alpha': (of) => rgba(of).toColourspace('b-w').png().toBuffer(),
  'grey and alpha of 16 bits': (of) => Promise.resolve(wideAlphaPng(size, of, 4)),
  'a palette of 8 bits': (of) => Promise.resolve(palettePng(size, of, 8)),
  'a palette of 2 bits': (of) => Promise.resolve(palettePng(size, of, 2)),
  'a palette of 1 bit': (of) => Promise.resolve(palettePng(size, of, 1)),
};

describe.each(Object.entries(kinds))('inspectMask, at a png in %s', (_name, fileOf) => {
  it('sees one pixel that is to be edited', async () => {
    expect(await look(await fileOf(alphas(255, 0)))).toBe('edits');
  });

  it('sees that nothing is to be edited', async () => {
    expect(await look(await fileOf(alphas(255)))).toBe('opaque');
  });

  it('gives half transparent pixels to the nearer side', async () => {
    expect(await look(await fileOf(alphas(128)))).toBe('opaque');
    expect(await look(await fileOf(alphas(255, 127)))).toBe('edits');
    expect(await look(await fileOf(alphas(254)))).toBe('opaque');
  });
});

describe(inspectMask, () => {
  it.each([0, 2] as const)('sees the one colour that is transparent, of colour type %i and any depth', async (type) => {
    for (const bitDepth of type === 0 ? [1, 2, 4, 8, 16] : [8, 16]) {
      expect(await look(keyedPng(size, alphas(255, 0), type, bitDepth))).toBe('edits');
      expect(await look(keyedPng(size, alphas(255), type, bitDepth))).toBe('opaque');
    }
  });

  it('sees what a decoder sees, whatever the alphas, filters and interlacing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 19 }),
        fc.array(fc.constantFrom(0, 1, 127, 128, 254, 255), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0, 1, 127, 128, 254, 255),
        fc.boolean(),
        async (width, some, rest, progressive) => {
          const height = Math.ceil(some.length / width);
          const all = Uint8Array.from({ length: width * height }, (_, at) => some[at] ?? rest);
          const file = await sharp(rgbaPixels(all), { raw: { width, height, channels: 4 } })
            .png({ progressive, adaptiveFiltering: true })
            .toBuffer();
          expect(await look(file)).toBe(all.some((alpha) => alpha < 128) ? 'edits' : 'opaque');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('sees the last pixel of a png of any size, also of more pixels than are redrawn', async () => {
    const large = { width: 5000, height: 4000 };
    expect(large.width * large.height).toBeGreaterThan(maxConvertedPixels);
    const data = Buffer.alloc(large.width * large.height * 2, 255);
    const fileOf = () =>
      sharp(data, { raw: { ...large, channels: 2 } })
        .toColourspace('b-w')
        .png({ compressionLevel: 1 });
    expect(await look(await fileOf().toBuffer())).toBe('opaque');
    data[data.length - 1] = 0;
    expect(await look(await fileOf().toBuffer())).toBe('edits');
  });

  it('reads no further than the last row, however much is behind it', async () => {
    const header = Buffer.from(pngOf(4).subarray(8));
    header.writeUInt32BE(1, 8);
    header.writeUInt32BE(1, 12);
    // One row of one opaque pixel, and 4 MB.
    const bomb = deflateSync(Buffer.concat([Buffer.from([0, 255, 255]), Buffer.alloc(4_000_000)]), { level: 0 });
    const file = Buffer.concat([pngOf(4).subarray(0, 8), header, pngChunk('IDAT', bomb), pngChunk('IEND')]);
    let came = 0;
    const counted = async function* (): ByteStream {
      for await (const piece of inPieces(file, 512)) {
        came += piece.length;
        yield piece;
      }
    };
    expect(await inspectMask(factsOf(file), async () => counted())).toBe('opaque');
    expect(came).toBeLessThan(1_000_000);
  });

  it.each([1, 7, 64])('sees the same in a file that comes in pieces of %i bytes', async (pieceBytes) => {
    for (const fileOf of Object.values(kinds)) {
      expect(await look(await fileOf(alphas(255, 0)), pieceBytes)).toBe('edits');
      expect(await look(await fileOf(alphas(255)), pieceBytes)).toBe('opaque');
    }
  });

  it('throws what the file fails with while it comes, and takes no part of it for damage', async () => {
    const png = await rgba(alphas(255)).png().toBuffer();
    const fault = new Error('connection lost');
    for (const length of [20, png.length - 30]) {
      const cut = async function* (): ByteStream {
        yield png.subarray(0, length);
        throw fault;
      };
      await expect(inspectMask(factsOf(png), async () => cut())).rejects.toBe(fault);
    }
  });

  it('closes the stream of a file that it needn’t read to its end', async () => {
    const png = await rgba(alphas(0)).png({ compressionLevel: 0 }).toBuffer();
    let closed = 0;
    const stream = async function* (): ByteStream {
      try {
        yield* inPieces(png, 512);
      } finally {
        closed += 1;
      }
    };
    expect(await inspectMask(factsOf(png), async () => stream())).toBe('edits');
    expect(closed).toBe(1);
  });

  it('opens no file that it can say nothing of', async () => {
    const webp = await rgba(alphas(0)).webp({ lossless: true }).toBuffer();
    const open = () => Promise.reject(new Error('It was opened.'));
    expect(await inspectMask(factsOf(webp), open)).toBe('unknown');
  });

  it('says nothing of what it can not look at: another type, a damaged file', async () => {
    const png = await rgba(alphas(255)).png().toBuffer();
    const webp = await rgba(alphas(0)).webp({ lossless: true }).toBuffer();
    expect(await look(webp)).toBe('unknown');
    for (const bytes of [png.subarray(0, png.length - 40), png.subarray(0, 33)]) {
      expect(await look(bytes)).toBe('unknown');
    }
    for (const [colourType, bitDepth] of [
      [6, 1],
      [255, 8],
      [6, 0],
      [3, 16],
      [1, 8],
    ] as const) {
      const illegal = Buffer.from(png);
      illegal.set([bitDepth, colourType], 24);
      expect(await look(illegal)).toBe('unknown');
    }
    const shortKey = keyedPng(size, alphas(255, 0), 2, 8);
    shortKey.writeUInt32BE(3, shortKey.indexOf('tRNS') - 4);
    expect(await look(shortKey)).toBe('unknown');
    const taller = Buffer.from(png);
    taller.writeUInt32BE(size.height + 1, 20);
    expect(await look(taller)).toBe('unknown');
  });
});
