import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  type BodyObject,
  base64Of,
  dataUriOf,
  jsonBody,
  placedBy,
  shownBody,
} from '../../../../lambda/providers/wire/json-body.ts';
import { inputImage, sha256 } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

/** Opens images in pieces of so many bytes, all views into memory that is used again. */
function openIn(bytes: Uint8Array, pieceBytes: number) {
  return async () =>
    (async function* () {
      const memory = new Uint8Array(pieceBytes);
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const piece = bytes.subarray(at, at + pieceBytes);
        memory.set(piece);
        yield memory.subarray(0, piece.length);
      }
    })();
}

const text = async (body: BodyObject, bytes: Uint8Array, pieceBytes = 1000): Promise<string> => {
  const { length, chunks } = jsonBody(body, openIn(bytes, pieceBytes));
  const whole: Buffer[] = [];
  // Each chunk is copied before the next one is asked for, as a socket does.
  for await (const chunk of chunks()) whole.push(Buffer.from(chunk));
  const sent = Buffer.concat(whole);
  expect(length).toBe(sent.length);
  return sent.toString();
};

describe('jsonBody', () => {
  it.each([
    [5_000, 1],
    [5_001, 2],
    [5_002, 1000],
    [5_002, 5_002],
    [100, 64 * 1024],
  ])('holds an image of %i bytes that comes in pieces of %i, and knows its length before', async (bytes, piece) => {
    const image = pngBytes(bytes);
    const sent = JSON.parse(await text({ data: base64Of(inputImage('a', image)) }, image, piece));
    expect(sent).toEqual({ data: Buffer.from(image).toString('base64') });
  });

  it('says all else as JSON does', async () => {
    const image = pngBytes(100);
    const value = { a: 'ünï "quoted"\n✓', b: [1, null, true, {}, []], c: { d: { e: 0.5 } }, f: undefined };
    const sent = await text({ ...value, image: [{ url: dataUriOf(inputImage('a', image)) }] }, image);
    const url = `data:image/png;base64,${Buffer.from(image).toString('base64')}`;
    expect(sent).toBe(JSON.stringify({ ...value, image: [{ url }] }));
  });

  it('opens its images again for another pass, and only when their turn comes', async () => {
    const image = pngBytes(300);
    let opened = 0;
    const body = jsonBody({ a: base64Of(inputImage('a', image)) }, async () => {
      opened += 1;
      return openIn(image, 100)();
    });
    expect(opened).toBe(0);
    const [first, second] = [await buffer(body.chunks()), await buffer(body.chunks())];
    expect(sha256(first)).toBe(sha256(second));
    expect(opened).toBe(2);
  });

  it('fails as its image does', async () => {
    const body = jsonBody({ a: base64Of(inputImage('a', pngBytes(100))) }, async () => {
      throw new Error('The store is down.');
    });
    await expect(buffer(body.chunks())).rejects.toThrow('The store is down.');
  });
});

describe('shownBody', () => {
  it('shows an image as its length and digest', () => {
    const image = pngBytes(100);
    expect(
      shownBody({ prompt: 'x', n: 1, gone: undefined, images: [{ url: dataUriOf(inputImage('a', image)) }] }),
    ).toEqual({
      prompt: 'x',
      n: 1,
      images: [{ url: `data:image/png;base64,<100 bytes of image, sha256 ${sha256(image)}>` }],
    });
  });
});

describe('placedBy', () => {
  const bytes = pngBytes(100);
  const [first, second] = [inputImage('first', bytes), inputImage('second', bytes)];
  const address = 'https://bucket.example/first?X-Amz-Signature="&é';
  const addressOf = ({ key }: { readonly key: string }) => (key === 'first' ? address : undefined);

  it('places an address where there is one, and bytes for the rest', async () => {
    const placed = placedBy({ addressOf }, dataUriOf);
    const body = { images: [placed(first), placed(second)] };
    expect(JSON.parse(await text(body, bytes))).toEqual({
      images: [address, `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`],
    });
    expect(shownBody(body)).toEqual({
      images: [
        `<address of 100 bytes of image, sha256 ${sha256(bytes)}>`,
        `data:image/png;base64,<100 bytes of image, sha256 ${sha256(bytes)}>`,
      ],
    });
  });

  it('places bytes where the call has no addresses', () => {
    expect(placedBy({}, base64Of)(first)).toEqual(base64Of(first));
  });
});
