import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readHead } from '../../../../lambda/adapters/s3/image-head.ts';
import { collectGarbage } from '../../../support/collect-garbage.ts';
import {
  inChunks,
  jpegFrame,
  jpegOf,
  jpegSegment,
  pngBytes,
  pngChunk,
  pngOf,
  webpOf,
} from '../../../support/image-bytes.ts';

const never = new AbortController().signal;

/** A palette PNG whose transparency stands behind a colour profile of that many bytes. */
const transparentPng = (profileBytes: number): Buffer =>
  pngOf(
    3,
    pngChunk('iCCP', Buffer.alloc(profileBytes)),
    pngChunk('tRNS', Buffer.alloc(1)),
    pngChunk('IDAT', Buffer.alloc(5000)),
  );

/** A jpeg with that many segments of 60,000 bytes before its size, as manifests with thumbnails are stored. */
const jpegBehind = (segments: number): Buffer =>
  jpegOf(...Array.from({ length: segments }, () => jpegSegment(0xeb, Buffer.alloc(60_000))), jpegFrame(640, 480));

describe('readHead', () => {
  it('gives all the bytes again', async () => {
    const bytes = pngBytes(700_001);
    const image = await readHead(inChunks(bytes, 1000), never);
    expect(image?.facts).toEqual({ type: 'png', width: 640, height: 480, hasAlpha: false });
    expect(Buffer.compare(await buffer(image?.bytes ?? inChunks(bytes)), bytes)).toBe(0);
  });

  it('reads on until transparency behind a colour profile can be seen', async () => {
    const image = await readHead(inChunks(transparentPng(100_000), 1000), never);
    expect(image?.facts.hasAlpha).toBe(true);
  });

  it.each([
    ['a jpeg behind 420 kB of metadata', jpegBehind(7), { type: 'jpeg', width: 640, height: 480 }],
    ['a jpeg behind 6 MB', jpegBehind(100), { type: 'jpeg', width: 640, height: 480 }],
    ['a png behind 3 MB', transparentPng(3_000_000), { type: 'png', hasAlpha: true }],
    ['a webp before 3 MB', webpOf(0x10, ['ICCP', Buffer.alloc(3_000_000)]), { type: 'webp', hasAlpha: true }],
  ])('reads %s, and gives all of its bytes', async (_name, bytes, facts) => {
    for (const chunkBytes of [16_000, 1_000_000]) {
      const image = await readHead(inChunks(bytes, chunkBytes), never);
      expect(image?.facts).toMatchObject(facts);
      expect(Buffer.compare(await buffer(image?.bytes ?? inChunks(bytes)), bytes)).toBe(0);
    }
  });

  it('gives up a jpeg that says nothing but metadata, after 8 MiB', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from([0xff, 0xd8]);
      for (;;) {
        given += 60_004;
        yield jpegSegment(0xeb, Buffer.alloc(60_000));
      }
    }
    expect(await readHead(endless(), never)).toBeUndefined();
    expect(given).toBeGreaterThan(8_000_000);
    expect(given).toBeLessThan(8_600_000);
  });

  it('reads no more than the head before its bytes are asked for', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 10_000;
        yield pngBytes(10_000);
      }
    }
    const image = await readHead(endless(), never);
    expect(given).toBeLessThan(280_000);
    for await (const _ of image?.bytes ?? []) break;
  });

  it('lets go of each chunk that has been read', async () => {
    const given: WeakRef<Uint8Array>[] = [];
    async function* source(): AsyncGenerator<Uint8Array> {
      yield pngBytes(300_000);
      for (let count = 0; count < 1000; count += 1) {
        const chunk = new Uint8Array(1024);
        given.push(new WeakRef(chunk));
        yield chunk;
      }
    }
    const image = await readHead(source(), never);
    for await (const _ of image?.bytes ?? []) {
      if (given.length < 990) continue;
      await new Promise(setImmediate);
      collectGarbage();
      break;
    }
    expect(given).toHaveLength(990);
    expect(given.filter((reference) => reference.deref()).length).toBeLessThan(50);
  });

  it('closes the source when its reader stops early', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* inChunks(pngBytes(600_000));
      } finally {
        closed = true;
      }
    }
    const image = await readHead(source(), never);
    for await (const _ of image?.bytes ?? []) break;
    expect(closed).toBe(true);
  });
});
