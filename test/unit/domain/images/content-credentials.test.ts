import { describe, expect, it } from 'vitest';
import { scanned } from '../../../../lambda/domain/bytes/byte-scan.ts';
import { contentCredentials } from '../../../../lambda/domain/images/content-credentials.ts';
import { type ImageType, imageTypes } from '../../../../lambda/domain/images/image.ts';
import { readImageHeader } from '../../../../lambda/domain/images/image-header.ts';
import {
  app11Segments,
  credentialed,
  jpegSegment,
  jpegWith,
  plain,
  pngWith,
  superbox,
  webpWith,
} from '../../../support/credentialed-pictures.ts';
import fc from '../../../support/seeded-fast-check.ts';

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const sorted = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (const [index, from] of sorted.entries()) yield bytes.subarray(from, sorted[index + 1] ?? bytes.length);
}

async function carries(type: ImageType, bytes: Uint8Array, cuts: readonly number[] = []): Promise<boolean> {
  const scan = scanned(pieces(bytes, cuts), contentCredentials(type));
  const passed: Uint8Array[] = [];
  for await (const piece of scan.bytes) passed.push(piece);
  expect(Buffer.concat(passed).equals(bytes)).toBe(true);
  return scan.verdict();
}

const cutsOf = fc.array(fc.nat(), { maxLength: 30 });
const types = fc.constantFrom(...imageTypes);

describe('contentCredentials', () => {
  it.each(imageTypes)('tells a %s with a manifest store from one without', async (type) => {
    expect(readImageHeader(credentialed[type])).toMatchObject({ type, width: 40, height: 30 });
    expect(await carries(type, credentialed[type])).toBe(true);
    expect(await carries(type, plain[type])).toBe(false);
  });

  it('comes to the same whatever pieces the bytes come in', async () => {
    await fc.assert(
      fc.asyncProperty(types, cutsOf, async (type, cuts) => {
        expect(await carries(type, credentialed[type], cuts)).toBe(true);
        expect(await carries(type, plain[type], cuts)).toBe(false);
      }),
    );
    for (const type of imageTypes) {
      const everywhere = [...credentialed[type].keys()];
      expect(await carries(type, credentialed[type], everywhere)).toBe(true);
    }
  });

  it('never throws, whatever the bytes are, nor what becomes of good ones', async () => {
    await fc.assert(
      fc.asyncProperty(types, fc.uint8Array({ maxLength: 300 }), cutsOf, async (type, bytes, cuts) => {
        await carries(type, bytes, cuts);
        await carries(type, Buffer.concat([credentialed[type].subarray(0, 60), bytes]), cuts);
      }),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(types, fc.nat(), fc.integer({ min: 0, max: 255 }), async (type, at, byte) => {
        const broken = Buffer.from(credentialed[type]);
        broken[at % 160] = byte;
        await carries(type, broken);
      }),
      { numRuns: 500 },
    );
  });

  it.each(imageTypes)('finds none in a %s that is cut before the store’s end', async (type) => {
    const whole = credentialed[type];
    const end = whole.lastIndexOf(Buffer.alloc(20, 7)) + 20;
    for (let length = 0; length < end; length += 1) expect(await carries(type, whole.subarray(0, length))).toBe(false);
    expect(await carries(type, whole.subarray(0, end + 4))).toBe(true);
  });

  it.each([1, 3, 40, 65_000])('finds a store that is split over segments of %i bytes, among others', async (each) => {
    const store = app11Segments(superbox(120_000), each).slice(0, each < 40 ? 0 : undefined);
    const small = app11Segments(superbox(20), each);
    const other = app11Segments(superbox(300, Buffer.alloc(16, 1), 'json'), 100, 2);
    expect(await carries('jpeg', jpegWith(...other, ...(store.length > 0 ? store : small)))).toBe(true);
    // Out of turn with those of another box.
    const [first, ...rest] = small;
    expect(await carries('jpeg', jpegWith(first ?? Buffer.alloc(0), ...other, ...rest))).toBe(true);
  });

  const parts = app11Segments(superbox(), 100);
  it.each([
    ['a JUMBF box of another type', jpegWith(...app11Segments(superbox(300, Buffer.alloc(16, 1)), 100))],
    ['a box with another label', jpegWith(...app11Segments(superbox(300, undefined, 'c2pb'), 100))],
    ['a missing segment', jpegWith(...parts.toSpliced(2, 1))],
    ['segments out of order', jpegWith(...parts.toReversed())],
    ['an APP11 of another kind', jpegWith(jpegSegment(0xeb, Buffer.from('HDR_RI ver=11')))],
    ['an empty APP11', jpegWith(jpegSegment(0xeb, Buffer.alloc(0)))],
    ['more boxes begun than are followed', jpegWith(...begun(), ...app11Segments(superbox(), 100, 99))],
  ])('finds none in a jpeg with %s', async (_, bytes) => {
    expect(await carries('jpeg', bytes)).toBe(false);
  });

  it('reads a long length of a box', async () => {
    const store = superbox(300);
    const head = Buffer.from('0000000100000000000000000000000000000000', 'hex').subarray(0, 16);
    head.write('jumb', 4);
    head.writeBigUInt64BE(BigInt(store.length + 8), 8);
    const content = Buffer.concat([Buffer.from('JP\0\x01\0\0\0\x01', 'latin1'), head, store.subarray(8)]);
    expect(await carries('jpeg', jpegWith(jpegSegment(0xeb, content)))).toBe(true);
  });

  it('finds none in an empty chunk, behind the end of the picture, or in the pixels', async () => {
    expect(await carries('png', pngWith(['caBX', Buffer.alloc(0)]))).toBe(false);
    expect(await carries('png', Buffer.concat([plain.png, credentialed.png.subarray(33)]))).toBe(false);
    expect(await carries('png', pngWith(['tEXt', credentialed.png]))).toBe(false);
    expect(await carries('webp', webpWith(['C2PA', Buffer.alloc(0)]))).toBe(false);
    expect(await carries('webp', Buffer.concat([plain.webp, credentialed.webp.subarray(12)]))).toBe(false);
    expect(await carries('jpeg', Buffer.concat([plain.jpeg, credentialed.jpeg.subarray(2)]))).toBe(false);
  });
});

/** The first segments of boxes that never end. */
function begun(): readonly Buffer[] {
  return Array.from({ length: 8 }, (_, index) => app11Segments(superbox(), 100, index + 1).slice(0, 1)).flat();
}
