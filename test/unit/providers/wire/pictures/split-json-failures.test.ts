import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../../lambda/domain/failure.ts';
import { splitJson } from '../../../../../lambda/providers/wire/pictures/split-json.ts';
import fc from '../../../../support/seeded-fast-check.ts';
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
        let isPartial = false;
        const work = split(text, {}, lengths).then((read) => {
          isPartial = read.unread !== undefined || read.taken.length > 0;
        });
        const error = await failureOf(work);
        if (error !== undefined) expect(error).toMatchObject({ name: 'ProviderFailure', kind: 'malformed' });
        else if (!isPartial) JSON.parse(text);
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

  it.each([
    ['within the next', { list: [{ b64_json: '0' }] }, '{"list":[{"b64_json":"AAAA"},{"b64_json":"BBBB'],
    ['between two', { list: [{ b64_json: '0' }] }, '{"list":[{"b64_json":"AAAA"},'],
    ['within a name', { b64_json: '0', a: 1 }, '{"b64_json":"AAAA","a":1,"usa'],
    ['within a word', { b64_json: '0' }, '{"b64_json":"AAAA","a":tru'],
    ['as a page', { list: [{ b64_json: '0', a: null }] }, '{"list":[{"b64_json":"AAAA","a":null}, <html>502</html>'],
    ['behind its end', { b64_json: '0' }, '{"b64_json":"AAAA"}}} {"error":1}'],
  ])('keeps what was said and taken before a text goes wrong %s', async (_where, skeleton, text) => {
    for (const lengths of [[1], [5], [1000]]) {
      expect(await split(text, {}, lengths)).toEqual({ skeleton, taken: [Buffer.from('AAAA', 'base64')] });
    }
  });

  it('keeps what was taken before the body fails, and what is enough without', async () => {
    const body = async function* (text: string) {
      yield Buffer.from(text);
      throw new ProviderFailure('unknown_outcome', 'cut');
    };
    const options = { fields: ['b64_json'], take: (_: number, bytes: AsyncIterable<Uint8Array>) => buffer(bytes) };
    const read = await splitJson(body('{"data":[{"b64_json":"AAAA"},{"b64_json":"BBBB'), options);
    expect(read).toEqual({ skeleton: { data: [{ b64_json: '0' }] }, taken: [Buffer.alloc(3)] });
    const isEnough = (said: unknown) => JSON.stringify(said).includes('https');
    const named = await splitJson(body('{"data":[{"url":"https://a.example/b.png"},{"url":"ht'), {
      ...options,
      isEnough,
    });
    expect(named.skeleton).toEqual({ data: [{ url: 'https://a.example/b.png' }] });
    await expect(splitJson(body('{"data":[{"url":"'), { ...options, isEnough })).rejects.toThrow('cut');
  });

  it('takes bare values of lists unless they are addresses', async () => {
    const options = { listFields: ['images'], eitherFields: ['images'] };
    const text =
      '{"images":["AAAA","https://a.example/b.png","/files/a.png","/9j/","\\/9j/", "data:image/png;base64,AAAA"]}';
    for (const lengths of [[1], [5], [1000]]) {
      const { skeleton, taken } = await split(text, options, lengths);
      expect(skeleton).toEqual({ images: ['0', 'https://a.example/b.png', '/files/a.png', '1', '2', '3'] });
      expect(taken).toHaveLength(4);
    }
  });

  it('refuses a text that is too long apart from its images', async () => {
    const text = (length: number) => `{"b64_json":"${'A'.repeat(4000)}","other":"${'x'.repeat(length)}"}`;
    await split(text(900), { maxSkeletonBytes: 1000 });
    const long = `{"other":"${'x'.repeat(1000)}","b64_json":"AAAA"}`;
    expect(await failureOf(split(long, { maxSkeletonBytes: 1000 }))).toMatchObject({ kind: 'malformed' });
    expect(await split(text(1000), { maxSkeletonBytes: 1000 })).toEqual({
      skeleton: { b64_json: '0' },
      taken: [Buffer.alloc(3000)],
    });
  });
});
