import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../lambda/domain/error-code.ts';
import { readMultipart } from '../../../lambda/http/request/multipart.ts';
import { partText } from '../../../lambda/http/request/part-text.ts';
import { lookAlikes } from '../../support/hostile/images.ts';
import fc from '../../support/seeded-fast-check.ts';
import { formBody, type SamplePart } from './sample-forms.ts';

/** A part as either reader understands it: a text, or the digest of a file. */
type Entry = readonly [name: string, kind: 'text' | 'file', content: string];

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function ours(body: Buffer, boundary: string): Promise<readonly Entry[] | 'refused'> {
  try {
    const parts = await readMultipart(body, `multipart/form-data; boundary="${boundary}"`);
    return parts.map((part) =>
      part.hasFilename ? [part.name, 'file', digest(part.bytes)] : [part.name, 'text', partText(part)],
    );
  } catch (error) {
    const refusals = ['invalid_request', 'unsupported_media_type'];
    if (error instanceof GatewayError && refusals.includes(error.code)) return 'refused';
    throw error;
  }
}

/** The reader of Node's own fetch. */
async function reference(body: Buffer, boundary: string): Promise<readonly Entry[] | 'refused'> {
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
  const form = await new Response(new Uint8Array(body), { headers }).formData().catch(() => undefined);
  if (!form) return 'refused';
  const entries: Entry[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string') entries.push([name, 'text', value]);
    else entries.push([name, 'file', digest(new Uint8Array(await value.arrayBuffer()))]);
  }
  return entries;
}

const allBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe('readMultipart, beside the reader of Node’s own fetch', () => {
  const boundary = fc.constantFrom('b', 'x-boundary-1', '----WebKitFormBoundary7MA4YWxkTrZu0gW', "'()+_,./:=?", 'a b');
  const name = fc.constantFrom('image', 'image[]', 'prompt', 'größe', '🐻', '__proto__', 'a b', "it's", 'a;b', 'a=b');

  it('finds the same parts, texts and files in any form', async () => {
    const form = boundary.chain((each) => {
      const piece = fc.oneof(
        fc.constantFrom(...lookAlikes(each)).map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      );
      const file = fc
        .array(piece, { maxLength: 8 })
        .map((pieces) => Buffer.concat(pieces))
        .filter((bytes) => !Buffer.concat([Buffer.from('\r\n'), bytes]).includes(`\r\n--${each}`));
      const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((value) => !value.includes(`--${each}`));
      const part = fc.oneof(
        fc.tuple(name, text) as fc.Arbitrary<SamplePart>,
        fc.tuple(name, file, fc.constantFrom('a.png', 'größe.png', ' ')) as fc.Arbitrary<SamplePart>,
      );
      return fc.tuple(fc.constant(each), fc.array(part, { minLength: 1, maxLength: 6 }));
    });
    await fc.assert(
      fc.asyncProperty(form, async ([each, parts]) => {
        const body = formBody(parts, each);
        const expected = parts.map(([partName, content, filename]) =>
          filename === undefined ? [partName, 'text', content] : [partName, 'file', digest(content as Buffer)],
        );
        expect(await ours(body, each)).toEqual(expected);
        // It takes the boundary's letters for a boundary without a look at what stands before them.
        if (!parts.some(([, content]) => content.includes(each))) expect(await reference(body, each)).toEqual(expected);
      }),
      { numRuns: 1_500 },
    );
  });

  it('keeps files of all byte values and of any size', async () => {
    const sizes = [...Array(300).keys(), 4095, 4096, 16_383, 65_535, 65_536, 65_537, 131_071, 1_048_577];
    for (const size of sizes) {
      const bytes = Buffer.alloc(size, allBytes);
      const body = formBody([['image', bytes, 'a.png']]);
      const expected = [['image', 'file', digest(bytes)]];
      expect(await ours(body, 'x-boundary-1')).toEqual(expected);
      expect(await reference(body, 'x-boundary-1')).toEqual(expected);
    }
  });
});

const disposition = 'Content-Disposition: form-data; ';
const part = (head: string | Buffer, content: string | Buffer = 'x'): Buffer =>
  Buffer.concat([
    Buffer.from('--b\r\n'),
    Buffer.from(head as string),
    Buffer.from('\r\n\r\n'),
    Buffer.from(content as string),
    Buffer.from('\r\n--b--'),
  ]);
const a: readonly Entry[] = [['a', 'text', 'x']];
const file: readonly Entry[] = [['a', 'file', digest(Buffer.from('x'))]];

describe('readMultipart, where the two readers agree', () => {
  it.each<[string, Buffer, readonly Entry[]]>([
    ['a name without quotes', part(`${disposition}name=a`), a],
    ['a preamble', Buffer.concat([Buffer.from('hello\r\n'), part(`${disposition}name="a"`)]), a],
    ['an epilogue', Buffer.concat([part(`${disposition}name="a"`), Buffer.from('\r\nbye')]), a],
    ['names in capitals', part('CONTENT-DISPOSITION: FORM-DATA; NAME="a"'), a],
    ['a file name in UTF-8', part(`${disposition}name="a"; filename="größe.png"`), file],
    ['a file name by RFC 5987', part(`${disposition}name="a"; filename*=UTF-8''%e2%82%ac.png`), file],
    ['a byte order mark, which is text', part(`${disposition}name="a"`, '\ufeffx'), [['a', 'text', '\ufeffx']]],
    ['a type that is no text', part(`${disposition}name="a"\r\nContent-Type: application/octet-stream`), a],
    ['the part _charset_, which is a part', part(`${disposition}name="_charset_"`), [['_charset_', 'text', 'x']]],
  ])('takes %s', async (_, body, entries) => {
    expect(await ours(body, 'b')).toEqual(entries);
    expect(await reference(body, 'b')).toEqual(entries);
  });

  it.each([
    [
      'blanks behind a boundary, which RFC 2046 lets no composer write',
      Buffer.from(part(`${disposition}name="a"`).toString().replace('--b\r\n', '--b  \r\n')),
    ],
    ['line feeds alone', Buffer.from(part(`${disposition}name="a"`).toString().replaceAll('\r\n', '\n'))],
    ['a part without a head', Buffer.from('--b\r\n\r\nx\r\n--b--')],
    ['another disposition', part('Content-Disposition: attachment; name="a"')],
  ])('refuses %s', async (_, body) => {
    expect(await ours(body, 'b')).toBe('refused');
    expect(await reference(body, 'b')).toBe('refused');
  });
});

/** Each with what is right by the RFCs; a refusal is right where they leave a body without a meaning. */
describe('readMultipart, where the two readers differ', () => {
  const latin = Buffer.from('ü', 'latin1');
  it.each<[string, Buffer, readonly Entry[] | 'refused', readonly Entry[] | 'refused']>([
    // RFC 2046, 5.1 takes RFC 822's headers, and those may be folded. (RFC 7578 leaves it alone.)
    ['unfolds a header', part(`${disposition}\r\n name="a"`), a, 'refused'],
    // RFC 7578, 4.2 has quoted strings, and in those a backslash quotes.
    ['reads an escaped quote', part(`${disposition}name="a\\"b"`), [['a"b', 'text', 'x']], 'refused'],
    // RFC 7578, 4.2 knows no percent encoding of names; it is what browsers write for a quote. The name is kept as sent.
    [
      'keeps percent signs in a name',
      part(`${disposition}name="a%22b"`),
      [['a%22b', 'text', 'x']],
      [['a"b', 'text', 'x']],
    ],
    // RFC 7578, 4.2: no parameter but `name` names a part.
    ['takes no name*', part(`${disposition}name*=utf-8''a`), 'refused', a],
    // No RFC gives a second one a meaning. The first counts, of parameters as of headers.
    ['takes the first of two names', part(`${disposition}name="a"; name="b"`), a, [['b', 'text', 'x']]],
    [
      'takes the first of two dispositions',
      part(`${disposition}name="a"\r\n${disposition}name="b"`),
      a,
      [['b', 'text', 'x']],
    ],
    // RFC 7578, 4.2 makes a file of what has a file's name, which an empty one isn't; an empty file input sends one so.
    ['takes an empty file name for none', part(`${disposition}name="a"; filename=""`), a, file],
    // RFC 7578, 4.4 and 4.6: the charset of a text is its part's own, and here it must be UTF-8.
    [
      'refuses another charset',
      part(`${disposition}name="a"\r\nContent-Type: text/plain; charset=iso-8859-1`, latin),
      'refused',
      [['a', 'text', '\ufffd']],
    ],
    [
      'refuses a charset that it does not know',
      part(`${disposition}name="a"\r\nContent-Type: text/plain; charset=klingon`),
      'refused',
      a,
    ],
    // Without another charset text is UTF-8 (RFC 7578, 5.1.2); what isn't must not be guessed at.
    ['refuses text that is no UTF-8', part(`${disposition}name="a"`, latin), 'refused', [['a', 'text', '\ufffd']]],
    // RFC 7578, 4.7 deprecates it: a sender should send bytes as they are, and is told so.
    [
      'refuses a transfer encoding',
      part(`${disposition}name="a"\r\nContent-Transfer-Encoding: base64`, 'eA=='),
      'refused',
      a,
    ],
    // RFC 7230, 3.2: no header holds a NUL.
    ['refuses a NUL in a header', part(`${disposition}name="a\0"`), 'refused', [['a\0', 'text', 'x']]],
    // RFC 2046, 5.1.1: a delimiter is a line break, two dashes and the boundary; the letters alone are content.
    [
      'keeps a text with the letters of the boundary',
      part(`${disposition}name="a"`, 'abc'),
      [['a', 'text', 'abc']],
      'refused',
    ],
    // The same: a delimiter may not stand within a part.
    ['refuses a boundary that goes on', part(`${disposition}name="a"`, 'x\r\n--bc'), 'refused', 'refused'],
  ])('%s', async (_, body, expected, theirs) => {
    expect(await ours(body, 'b')).toEqual(expected);
    expect(await reference(body, 'b')).toEqual(theirs);
  });
});
