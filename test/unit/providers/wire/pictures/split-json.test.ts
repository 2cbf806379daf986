import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { splitJson } from '../../../../../lambda/providers/wire/pictures/split-json.ts';
import { collectGarbage } from '../../../../support/collect-garbage.ts';
import { processorSecondsOf } from '../../../../support/processor-seconds.ts';
import fc from '../../../../support/seeded-fast-check.ts';
import { inPieces, pieceLengths, split } from './split-text.ts';

/** Documents in which the field's name turns up as a key with any value, and as a value. */
const documents = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('b64_json', '"b64_json":"', '\\', '\\"'),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('b64_json', 'data', 'url')), tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** What a field's string values would be, and the document with their numbers in place of them. */
function expectation(document: unknown): { document: unknown; values: string[] } {
  const values: string[] = [];
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, item]) => {
      if (name !== 'b64_json' || typeof item !== 'string') return [name, visit(item)];
      if (item === '') return [name, item];
      values.push(item);
      return [name, `${values.length - 1}`];
    });
    return Object.fromEntries(entries);
  };
  return { document: visit(document), values };
}

/** The same document with each string below the field's name made base64. */
const withFiles = (document: unknown): unknown =>
  JSON.parse(JSON.stringify(document), (name, value) =>
    name === 'b64_json' && typeof value === 'string' ? Buffer.from(value).toString('base64') : value,
  );

describe('splitJson', () => {
  it('reads any document as JSON.parse does, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(documents, pieceLengths, fc.constantFrom(0, 1, 2), async (document, lengths, indent) => {
        const { skeleton, taken } = await split(JSON.stringify(document, null, indent), { fields: [] }, lengths);
        expect(skeleton).toEqual(JSON.parse(JSON.stringify(document)));
        expect(taken).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('takes out every wanted value of any document, decoded, and leaves its number', async () => {
    await fc.assert(
      fc.asyncProperty(documents, pieceLengths, fc.constantFrom(0, 1), async (random, lengths, indent) => {
        const document = withFiles(random);
        const expected = expectation(document);
        const { skeleton, taken } = await split(JSON.stringify(document, null, indent), {}, lengths);
        expect(skeleton).toEqual(expected.document);
        expect(taken.map((bytes) => bytes.toString('base64'))).toEqual(expected.values);
      }),
      { numRuns: 300 },
    );
  });

  it('decodes base64 however it is written and cut', async () => {
    const writings: readonly ((text: string) => string)[] = [
      (text) => text,
      (text) => text.replaceAll('=', ''),
      (text) => text.replaceAll('/', '\\/'),
      (text) => text.replaceAll('=', '\\u003d').replaceAll('+', '\\u002B'),
      (text) => text.replaceAll('+', '-').replaceAll('/', '_'),
      (text) => text.replace(/.{5}/g, '$&\\r\\n'),
      (text) => `data:image/png;base64,${text}`,
      (text) => ` DATA:;Base64,${encodeURIComponent(text)}`,
      (text) => `data:image\\/png;base64,${text.replaceAll('/', '\\/')}`,
    ];
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(...writings), pieceLengths, async (content, write, lengths) => {
        const written = write(Buffer.from(content).toString('base64'));
        const { taken } = await split(`{"b64_json" : "${written}"}`, {}, lengths);
        expect(taken[0]).toEqual(Buffer.from(content));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves values alone that are no strings', async () => {
    const { skeleton, taken } = await split('{"a":{"b64_json":null},"b":{"b64_json":["x"]},"c":{"b64_json":7}}');
    expect(skeleton).toEqual({ a: { b64_json: null }, b: { b64_json: ['x'] }, c: { b64_json: 7 } });
    expect(taken).toHaveLength(0);
  });

  it('takes every string of a list that is wanted, and of no other, wherever the text is cut', async () => {
    const values = fc.array(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.constant(null)), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(values, pieceLengths, fc.constantFrom(0, 1), async (images, lengths, indent) => {
        const texts = images.map((image) => image && Buffer.from(image).toString('base64'));
        const document = {
          finish_reasons: [null, 'images'],
          images: texts,
          b: [['x'], { images: 'y' }],
          c: ['images'],
        };
        const { skeleton, taken } = await split(
          JSON.stringify(document, null, indent),
          { fields: [], listFields: ['images'] },
          lengths,
        );
        let number = 0;
        const numbered = images.map((image) => (image === null ? null : `${number++}`));
        expect(skeleton).toEqual({ ...document, images: numbered });
        expect(taken).toEqual(images.flatMap((image) => (image === null ? [] : [Buffer.from(image)])));
      }),
      { numRuns: 200 },
    );
  });

  it('leaves lists within a wanted list alone', async () => {
    const text = '{"images":[["x"],"y"],"z":["AAAA"]}';
    const { skeleton, taken } = await split(text, { fields: [], listFields: ['images'] });
    expect(skeleton).toEqual(JSON.parse(text));
    expect(taken).toEqual([]);
  });

  it('knows a field by its name, however that is written', async () => {
    const { skeleton, taken } = await split('{"b64\\u005fjson":"AAAA"}');
    expect(skeleton).toEqual({ b64_json: '0' });
    expect(taken).toEqual([Buffer.alloc(3)]);
  });

  it.each(['a', '\\', 'a"', '\\"', '"b64_json":"', '\\\\'])('finds a value behind the string %j', async (text) => {
    const { taken } = await split(JSON.stringify({ [text]: text, list: [text], b64_json: 'AAAA' }));
    expect(taken).toEqual([Buffer.alloc(3)]);
  });

  it('reads no further than the taker of a value does', async () => {
    let pulled = 0;
    const image = Buffer.alloc(3_000_000).toString('base64');
    const body = async function* () {
      for await (const piece of inPieces(`{"b64_json":"${image}"}`, [10_000])) {
        pulled += piece.length;
        yield piece;
      }
    };
    await splitJson(body(), {
      fields: ['b64_json'],
      take: async (_number, bytes) => {
        const reader = bytes[Symbol.asyncIterator]();
        await reader.next();
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(pulled).toBeLessThan(40_000);
      },
    });
    expect(pulled).toBe(image.length + 15);
  });

  it('goes on behind a value that its taker did not read', async () => {
    const seen: number[] = [];
    const take = async (number: number) => seen.push(number);
    const text = '[{"b64_json":"AAAA"},{"b64_json":"BBBB"}]';
    const { skeleton } = await splitJson(inPieces(text, [3]), { fields: ['b64_json'], take });
    expect(seen).toEqual([0, 1]);
    expect(skeleton).toEqual([{ b64_json: '0' }, { b64_json: '1' }]);
  });

  it('reads 100 MB in seconds of processor time, and keeps next to none of it', async () => {
    const piece = randomBytes(3 * 16_384).toString('base64');
    const pieces = Math.ceil(100_000_000 / piece.length);
    const body = async function* () {
      yield Buffer.from('{"data":[{"b64_json":"');
      for (let count = 0; count < pieces; count += 1) yield Buffer.from(piece);
      yield Buffer.from('"}]}');
    };
    const kept = () => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = kept();
    let most = 0;
    let polls = 0;
    const reading = () =>
      splitJson(body(), {
        fields: ['b64_json'],
        take: async (_number, bytes) => {
          let length = 0;
          for await (const chunk of bytes) {
            length += chunk.length;
            if (length > polls * 10_000_000) {
              most = Math.max(most, kept() - before);
              polls += 1;
            }
          }
          return length;
        },
      });
    let taken: readonly unknown[] = [];
    const seconds = await processorSecondsOf(async () => {
      ({ taken } = await reading());
    });
    expect(taken).toEqual([pieces * 3 * 16_384]);
    expect(seconds).toBeLessThan(20);
    expect(polls).toBeGreaterThan(7);
    expect(most).toBeLessThan(1_000_000);
  });
});
