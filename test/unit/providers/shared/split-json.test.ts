import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { type SplitOptions, splitJson } from '../../../../lambda/providers/shared/split-json.ts';

/** The text in pieces of the given lengths, over and over. */
async function* inPieces(text: string | Buffer, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as string);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

const collect = { fields: ['b64_json'], take: (_number: number, bytes: AsyncIterable<Uint8Array>) => buffer(bytes) };
const split = (text: string, options: Partial<SplitOptions<Buffer>> = {}, lengths: readonly number[] = [7]) =>
  splitJson(inPieces(text, lengths), { ...collect, ...options });

const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error) => error,
  );

const pieceLengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

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
      (text) => `data:image\\/png;base64,${text.replaceAll('/', '\\/')}`,
    ];
    const bytes = fc.uint8Array({ maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(...writings), pieceLengths, async (content, write, lengths) => {
        const written = write(Buffer.from(content).toString('base64'));
        const { taken } = await split(`{"b64_json" : "${written}"}`, {}, lengths);
        expect(taken[0]).toEqual(Buffer.from(content));
      }),
      { numRuns: 500 },
    );
  });

  it('fails as malformed, and in no other way, for any text', async () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '"b64_json"',
      'AAAA',
      '=',
      'data:',
      '\\u00',
      ' ',
      '1',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fragment, { maxLength: 12 }), pieceLengths, async (fragments, lengths) => {
        const text = fragments.join('');
        const error = await failureOf(split(text, {}, lengths));
        if (error !== undefined) expect(error).toMatchObject({ name: 'ProviderFailure', kind: 'malformed' });
        else JSON.parse(text);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['nothing', ''],
    ['a page', '<!DOCTYPE html><html><body>One moment</body></html>'],
    ['JSON that breaks off', '{"data":[{"url":"a"},'],
    ['JSON that breaks off within an image', '{"data":[{"b64_json":"iVBORw0KGgo'],
    ['two documents', '{} {}'],
    ['an image that is no base64', '{"b64_json":"*** no ***"}'],
    ['an image with a stray character', '{"b64_json":"AAAA!AAA"}'],
    ['an image that goes on after its padding', '{"b64_json":"AA==AAAA"}'],
    ['padding alone', '{"b64_json":"=="}'],
    ['an image cut within a byte', '{"b64_json":"AAAAA"}'],
    ['an image with an escaped quote', '{"b64_json":"AAAA\\"AAA"}'],
    ['an image with a foreign escape', '{"b64_json":"AAAA\\bAAA"}'],
    ['a data address without content', '{"b64_json":"data:image/png;base64"}'],
    ['a data address that is not in base64', '{"b64_json":"data:text/plain,AAAA"}'],
    ['a data address whose head never ends', `{"b64_json":"data:${'x'.repeat(500)}"}`],
  ])('calls %s malformed', async (_name, text) => {
    for (const lengths of [[1], [5], [1000]]) {
      expect(await failureOf(split(text, {}, lengths))).toMatchObject({ kind: 'malformed', billed: 'unknown' });
    }
  });

  it('leaves values alone that are no strings', async () => {
    const { skeleton, taken } = await split('{"a":{"b64_json":null},"b":{"b64_json":["x"]},"c":{"b64_json":7}}');
    expect(skeleton).toEqual({ a: { b64_json: null }, b: { b64_json: ['x'] }, c: { b64_json: 7 } });
    expect(taken).toHaveLength(0);
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

  it('passes on what the taker throws, and lets go of the body', async () => {
    let released = false;
    const body = async function* () {
      try {
        yield* inPieces(`{"b64_json":"${'A'.repeat(4000)}"}`, [10]);
      } finally {
        released = true;
      }
    };
    const take = async () => {
      throw new RangeError('the bucket is gone');
    };
    await expect(splitJson(body(), { fields: ['b64_json'], take })).rejects.toThrow(RangeError);
    expect(released).toBe(true);
  });

  it('does not wait for a read that the taker left behind', async () => {
    const body = async function* () {
      yield Buffer.from('{"b64_json":"AAAAAAAA');
      await new Promise(() => {});
    };
    const take = async (_number: number, bytes: AsyncIterable<Uint8Array>) => {
      const reader = bytes[Symbol.asyncIterator]();
      await reader.next();
      void reader.next();
      throw new RangeError('the upload failed');
    };
    await expect(splitJson(body(), { fields: ['b64_json'], take })).rejects.toThrow(RangeError);
  });

  it('passes on a failure of the body, whatever the taker makes of it', async () => {
    const cut = new ProviderFailure('unknown_outcome', 'cut');
    const body = async function* () {
      yield Buffer.from('{"b64_json":"AAAA');
      throw cut;
    };
    const take = async (_number: number, bytes: AsyncIterable<Uint8Array>) => {
      try {
        return await buffer(bytes);
      } catch {
        throw new Error('the upload failed');
      }
    };
    await expect(splitJson(body(), { fields: ['b64_json'], take })).rejects.toBe(cut);
  });

  it('refuses a text that is too long apart from its images', async () => {
    const text = (length: number) => `{"b64_json":"${'A'.repeat(4000)}","other":"${'x'.repeat(length)}"}`;
    await split(text(900), { mostSkeletonBytes: 1000 });
    expect(await failureOf(split(text(1000), { mostSkeletonBytes: 1000 }))).toMatchObject({ kind: 'malformed' });
  });

  it('reads 100 MB within seconds, and keeps next to none of it', async () => {
    const piece = randomBytes(3 * 16_384).toString('base64');
    const pieces = Math.ceil(100_000_000 / piece.length);
    const body = async function* () {
      yield Buffer.from('{"data":[{"b64_json":"');
      for (let count = 0; count < pieces; count += 1) yield Buffer.from(piece);
      yield Buffer.from('"}]}');
    };
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const startedAt = performance.now();
    const { taken } = await splitJson(body(), {
      fields: ['b64_json'],
      take: async (_number, bytes) => {
        let length = 0;
        for await (const chunk of bytes) {
          length += chunk.length;
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        }
        return length;
      },
    });
    expect(taken).toEqual([pieces * 3 * 16_384]);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(most).toBeLessThan(80_000_000);
  });
});
