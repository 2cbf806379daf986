import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { sniffedBody } from '../../../../lambda/providers/shared/sniffed-body.ts';

async function* bodyOf(chunks: readonly string[], closed: () => void = () => {}): AsyncGenerator<Uint8Array> {
  try {
    for (const chunk of chunks) yield Buffer.from(chunk);
  } finally {
    closed();
  }
}

describe('sniffedBody', () => {
  it.each([
    [['', ' {"image"', ':1}'], true],
    [['PNG{', 'more'], false],
    [[], false],
  ])('tells by the first bytes of %j, and gives them all', async (chunks, isJson) => {
    const sniffed = await sniffedBody(bodyOf(chunks));
    expect(sniffed.isJson).toBe(isJson);
    expect((await buffer(sniffed.bytes)).toString()).toBe(chunks.join(''));
  });

  it('lets go of a body that nobody reads on', async () => {
    let isClosed = false;
    const { bytes } = await sniffedBody(bodyOf(['a', 'b'], () => (isClosed = true)));
    for await (const _ of bytes) break;
    expect(isClosed).toBe(true);
  });
});
