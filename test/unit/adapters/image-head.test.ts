import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readHead } from '../../../lambda/adapters/image-head.ts';
import { collectGarbage } from '../../support/collect-garbage.ts';
import { inChunks, pngBytes } from '../../support/image-bytes.ts';

const never = new AbortController().signal;

/** A palette PNG whose transparency stands behind a colour profile of that many bytes. */
function transparentPng(profileBytes: number): Uint8Array {
  const chunk = (name: string, length: number) => {
    const bytes = Buffer.alloc(12 + length);
    bytes.writeUInt32BE(length, 0);
    bytes.write(name, 4, 'latin1');
    return bytes;
  };
  const header = Buffer.from(pngBytes(33)).subarray(0, 33);
  header[25] = 3;
  return Buffer.concat([header, chunk('iCCP', profileBytes), chunk('tRNS', 1), chunk('IDAT', 5000)]);
}

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
