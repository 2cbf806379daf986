import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { splitJson } from '../../../../lambda/providers/shared/split-json.ts';
import fc from '../../../support/seeded-fast-check.ts';
import { failureOf, inPieces, pieceLengths, split } from './split-text.ts';

describe('splitJson', () => {
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
        let unread = false;
        const work = split(text, {}, lengths).then((read) => {
          unread = read.unread !== undefined;
        });
        const error = await failureOf(work);
        if (error !== undefined) expect(error).toMatchObject({ name: 'ProviderFailure', kind: 'malformed' });
        else if (!unread) JSON.parse(text);
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
    ['JSON that is nested too deeply to be written again', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
  ])('calls %s malformed', async (_name, text) => {
    for (const lengths of [[1], [5], [1000]]) {
      expect(await failureOf(split(text, {}, lengths))).toMatchObject({ kind: 'malformed', billed: 'unknown' });
    }
  });

  it.each([
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
    ['an image of escaped backslashes', '{"b64_json":"AAAA\\\\"}'],
  ])('reads on behind %s, and says why nothing came of it', async (_name, text) => {
    for (const lengths of [[1], [5], [1000]]) {
      const { skeleton, taken, unread } = await split(`[${text},{"b64_json":"AAAA"}]`, {}, lengths);
      expect(skeleton).toEqual([{ b64_json: '' }, { b64_json: '0' }]);
      expect(taken).toEqual([Buffer.from('AAAA', 'base64')]);
      expect(unread).toMatchObject({ kind: 'malformed', billed: 'unknown' });
    }
  });

  it.each(['', ' \\n ', 'data:image/png;base64,'])('takes %j for no value at all', async (empty) => {
    expect(await split(`{"b64_json":"${empty}"}`)).toEqual({ skeleton: { b64_json: '' }, taken: [] });
  });

  it('reads on behind a value that its taker calls malformed', async () => {
    const none = new ProviderFailure('malformed', 'no image');
    const take = async (_number: number, bytes: AsyncIterable<Uint8Array>) => {
      const whole = await buffer(bytes);
      if (whole.length === 3) throw none;
      return whole;
    };
    const read = await split('[{"b64_json":"AAAA"},{"b64_json":"AAAAAAAA"}]', { take });
    expect(read).toEqual({ skeleton: [{ b64_json: '' }, { b64_json: '0' }], taken: [Buffer.alloc(6)], unread: none });
  });

  it('takes addresses that hold their image, and leaves others as they are, wherever the text is cut', async () => {
    const text = '[{"url":"https://a.example/b.png"},{"url":"data:image/png;base64,AAAA"},{"url":""},{"url":"d"}]';
    for (const lengths of [[1], [5], [1000]]) {
      const { skeleton, taken } = await split(text, { addressFields: ['url'] }, lengths);
      expect(skeleton).toEqual([{ url: 'https://a.example/b.png' }, { url: '0' }, { url: '' }, { url: 'd' }]);
      expect(taken).toEqual([Buffer.alloc(3)]);
    }
  });

  it('reads a text behind a byte order mark', async () => {
    expect((await split('\uFEFF{"a":1}')).skeleton).toEqual({ a: 1 });
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
});
