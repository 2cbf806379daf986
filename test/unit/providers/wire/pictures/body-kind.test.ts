import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ChunkSource } from '../../../../../lambda/domain/bytes/chunk-source.ts';
import { bodyKind } from '../../../../../lambda/providers/wire/pictures/body-kind.ts';
import { pngBytes } from '../../../../support/image-bytes.ts';

async function* bodyOf(chunks: readonly (string | Uint8Array)[], closed: () => void = () => {}) {
  try {
    for (const chunk of chunks) yield Buffer.from(chunk as string);
  } finally {
    closed();
  }
}

describe('bodyKind', () => {
  it.each([
    ['json', ['', ' {"image"', ':1}']],
    ['json', ['\ufeff\n', '["a"]']],
    ['events', [': still here\n', '\n']],
    ['events', ['event: image_generation.completed\ndata: {}\n\n']],
    ['events', ['da', 'ta: {"type":"x"}\n\n']],
    ['picture', [pngBytes(100)]],
    ['picture', [Uint8Array.of(0xff), Uint8Array.of(0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1)]],
    ['picture', ['RIFF', '\x01\x02\x03\x04', 'WEBPVP8 ']],
    ['text', ['data:image/png;base64,iVBORw0KGgo=']],
    ['text', ['RIFF\x01\x02\x03\x04WAVE']],
    ['text', ['PNG{', 'more']],
    ['text', [' ', '\n']],
    ['text', []],
  ] as const)('tells %s by the first bytes, and leaves them to be read', async (kind, chunks) => {
    const source = new ChunkSource(bodyOf(chunks));
    expect(await bodyKind(source)).toBe(kind);
    const whole = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as string)));
    const read = await buffer(source.rest());
    expect(whole.subarray(whole.length - read.length)).toEqual(read);
    expect(
      whole
        .subarray(0, whole.length - read.length)
        .toString()
        .trim(),
    ).toBe('');
  });

  it('lets go of a body that nobody reads on', async () => {
    let isClosed = false;
    const source = new ChunkSource(bodyOf(['a', 'b'], () => (isClosed = true)));
    await bodyKind(source);
    for await (const _ of source.rest()) break;
    expect(isClosed).toBe(true);
  });
});
