import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type FormPart, readMultipart } from '../../../../lambda/http/request/multipart.ts';
import { partText } from '../../../../lambda/http/request/part-text.ts';
import { refusalOf } from '../refusal.ts';
import { formBody, formType, type SamplePart, sampleBoundary } from '../sample-forms.ts';

const read = (body: Buffer, type = formType()) => readMultipart(body, type);
/** A part as its head means it: the content of a file, else its text. */
const meant = (part: FormPart) => [part.name, part.hasFilename ? part.bytes : partText(part)];
const readMeant = async (body: Buffer, type = formType()) => (await read(body, type)).map(meant);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const allBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

const contents: Readonly<Record<string, Buffer>> = {
  'every byte value': allBytes,
  'one byte': Buffer.from([0]),
  'an odd size above a chunk': Buffer.concat(Array.from({ length: 1025 }, () => allBytes)).subarray(1),
  'line breaks at both ends': Buffer.from('\r\n\r\nx\r\n\r\n'),
  'bare carriage returns': Buffer.from('\r\r\n\r'),
  dashes: Buffer.from('--\r\n--\r\n----'),
  'the boundary without its dashes': Buffer.from(`\r\n${sampleBoundary}\r\n`),
  'the boundary within a line': Buffer.from(`a--${sampleBoundary}--b`),
  'all of the boundary but its end': Buffer.from(`\r\n--${sampleBoundary.slice(0, -1)}\r\n`),
  'the boundary after a bare line feed': Buffer.from(`\n--${sampleBoundary}--\n`),
  'another form': formBody([['image', Buffer.from('x'), 'x.png']], 'another'),
};

describe('readMultipart', () => {
  it.each(Object.entries(contents))('keeps a file of %s byte for byte', async (_, bytes) => {
    const [file, text] = await read(
      formBody([
        ['image', bytes, 'a.png'],
        ['n', '1'],
      ]),
    );
    expect(file && sha256(file.bytes)).toBe(sha256(bytes));
    expect(text && meant(text)).toEqual(['n', '1']);
  });

  it('keeps the order of parts, their names and text in UTF-8, and empty files', async () => {
    const parts: SamplePart[] = [
      ['größe', 'ein Bär 🐻'],
      ['b', Buffer.alloc(0), '../../etc/passwd'],
      ['a', ''],
      ['a', 'again'],
    ];
    expect(await readMeant(formBody(parts))).toEqual([
      ['größe', 'ein Bär 🐻'],
      ['b', Buffer.alloc(0)],
      ['a', ''],
      ['a', 'again'],
    ]);
  });

  it('reads a form without parts, a preamble, an epilogue and a quoted boundary', async () => {
    expect(await read(formBody([]))).toEqual([]);
    const body = Buffer.concat([Buffer.from('hello\r\n'), formBody([['a', 'b']]), Buffer.from('bye\r\n--x--')]);
    expect(await read(body, `multipart/form-data; charset=utf-8; Boundary="${sampleBoundary}"`)).toHaveLength(1);
    expect(await read(formBody([['a', 'b']], "a'(b) c"), `multipart/form-data; boundary="a'(b) c"`)).toHaveLength(1);
  });

  const declared = (name: string, charset: string, bytes: Buffer) =>
    Buffer.concat([
      Buffer.from(`--${sampleBoundary}\r\nContent-Disposition: form-data; name="${name}"\r\n`),
      Buffer.from(`Content-Type: text/plain; charset=${charset}\r\n\r\n`),
      bytes,
      Buffer.from(`\r\n--${sampleBoundary}--`),
    ]);

  it.each(['utf-8', 'UTF8', '"utf-8"', 'us-ascii'])('keeps text whose part declares %s', async (charset) => {
    expect(await readMeant(declared('a', charset, Buffer.from('u')))).toEqual([['a', 'u']]);
  });

  it.each(['iso-8859-1', 'klingon', 'utf-16le', 'utf-8; charset=iso-8859-1', 'iso-8859-1; charset=utf-8', '""'])(
    'refuses text whose part declares %s, naming it',
    async (charset) => {
      const refusal = await refusalOf(() => readMeant(declared('prompt', charset, Buffer.from('ü'))));
      expect(refusal).toMatchObject({ code: 'unsupported_media_type', param: 'prompt' });
      expect(refusal.message).toContain('charset');
    },
  );

  it('finds no parts behind the closing boundary', async () => {
    const hidden = formBody([['hidden', 'x']]).toString();
    const epilogue = Buffer.from(`\r\n--${sampleBoundary}\r\n${hidden}`);
    expect(await readMeant(Buffer.concat([formBody([['a', 'b']]), epilogue]))).toEqual([['a', 'b']]);
    // With as many parts behind the boundary as there are nameless ones before it, a count alone would notice nothing.
    const nameless = Buffer.from(`--${sampleBoundary}\r\nX: y\r\n\r\nx\r\n--${sampleBoundary}--`);
    expect((await refusalOf(() => read(Buffer.concat([nameless, epilogue])))).code).toBe('invalid_request');
  });

  it('waits for no file that begins behind the closing boundary', async () => {
    const [, file = ''] = formBody([['image', Buffer.from('x'), 'a.png']])
      .toString()
      .split(/(?=Content-Disposition)/);
    const boundary = `\r\n--${sampleBoundary}`;
    const open = file.slice(0, file.lastIndexOf(boundary));
    const body = Buffer.concat([formBody([['a', 'b']]), Buffer.from(`${boundary}${boundary}\r\n${open}`)]);
    expect(await readMeant(body)).toEqual([['a', 'b']]);
  }, 2_000);

  it('refuses text that is no UTF-8 beside a part that holds U+FFFD itself', async () => {
    const image: SamplePart = ['image', Buffer.from('\ufffd'), 'a.png'];
    const asked: SamplePart = ['p', 'what is \ufffd?'];
    expect(await readMeant(formBody([image, asked]))).toContainEqual(['p', 'what is \ufffd?']);
    for (const others of [[asked], [['p', 'a\ufffdb']]] satisfies SamplePart[][]) {
      for (const parts of [
        [image, ...others, ['q', 'a#b']],
        [image, ['q', 'a#b'], ...others],
      ] satisfies SamplePart[][]) {
        const broken = formBody(parts as SamplePart[]);
        broken[broken.indexOf('a#b') + 1] = 0xfc;
        expect(await refusalOf(() => readMeant(broken))).toMatchObject({ code: 'invalid_request', param: 'q' });
      }
    }
  });

  const whole = formBody([['image', allBytes, 'a.png']]);
  const partOf = (headers: string) =>
    Buffer.from(`--${sampleBoundary}\r\n${headers}\r\n\r\nx\r\n--${sampleBoundary}--`);
  const broken: Readonly<Record<string, Buffer>> = {
    'cut within a file': whole.subarray(0, 200),
    'cut before the closing dashes': whole.subarray(0, whole.length - 4),
    'cut within part headers': whole.subarray(0, 40),
    'without any boundary': Buffer.from('hello'),
    'of one boundary': Buffer.from(`--${sampleBoundary}`),
    'with a part without a name': partOf('Content-Disposition: form-data'),
    'with a part with an empty name': partOf('Content-Disposition: form-data; name=""'),
    'with a file without a name': partOf('Content-Disposition: form-data; filename="a"'),
    'with a part without a disposition': partOf('Content-Type: text/plain'),
    'with a part that is no form-data': partOf('Content-Disposition: attachment; name="a"'),
    'with headers that are none': partOf('nonsense'),
    'with a part in base64': partOf('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64'),
    'with a longer boundary inside a file': formBody([['image', Buffer.from(`a\r\n--${sampleBoundary}2\r\nb`), 'a']]),
    'with text that is not UTF-8': Buffer.concat([partOf('Content-Disposition: form-data; name="a"')]).fill(
      0xfc,
      partOf('Content-Disposition: form-data; name="a"').indexOf('x\r\n--'),
      partOf('Content-Disposition: form-data; name="a"').indexOf('x\r\n--') + 1,
    ),
    'with a name of 257 bytes': formBody([['n'.repeat(257), 'x']]),
  };

  it.each(Object.entries(broken))('refuses a body %s', async (_, body) => {
    expect((await refusalOf(() => readMeant(body))).code).toBe('invalid_request');
  });

  const lines = ['--b', 'Content-Disposition: form-data; name="a"', '', 'x', '--b--', ''];
  it.each([
    ['in all of it', lines.join('\n')],
    ['behind a preamble', `hello\n${lines.join('\n')}`],
    ['before the closing boundary', lines.join('\r\n').replace('x\r\n', 'x\n')],
    ['in the head of a part', lines.join('\r\n').replace('"a"\r\n\r\n', '"a"\n\n')],
  ])('says that lines must end in CRLF where they end in line feeds %s', async (_, body) => {
    const refusal = await refusalOf(() => read(Buffer.from(body), 'multipart/form-data; boundary=b'));
    expect(refusal.code).toBe('invalid_request');
    expect(refusal.message).toContain('must end in CRLF');
  });

  it('tells a boundary inside a file from a body that was cut', async () => {
    const inside = formBody([['image', Buffer.from(`a\r\n--${sampleBoundary}2\r\nb`), 'a']]);
    expect((await refusalOf(() => read(inside))).message).toContain("within a part's content");
    expect((await refusalOf(() => read(whole.subarray(0, 200)))).message).toContain('cut off');
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    `multipart/form-data; boundary=${'b'.repeat(201)}`,
    'multipart/form-data; boundary="a\\"b"',
  ])('refuses the content type %j', async (type) => {
    expect(await refusalOf(() => read(whole, type))).toMatchObject({ code: 'invalid_request' });
  });

  it('holds its limits exactly', async () => {
    const texts = (count: number): SamplePart[] => Array.from({ length: count }, (_, at) => [`p${at}`, 'x']);
    const files = (count: number): SamplePart[] => Array.from({ length: count }, () => ['f', Buffer.from('x'), 'f']);
    const long = (name: string, bytes: number): SamplePart[] => [[name, 'x'.repeat(bytes)]];
    expect(await read(formBody(texts(64)))).toHaveLength(64);
    expect(await read(formBody(files(17)))).toHaveLength(17);
    expect(await readMeant(formBody(long('p', 128 * 1024)))).toHaveLength(1);
    expect(await read(formBody(long('image[]', 1024 * 1024)))).toHaveLength(1);
    expect(await read(formBody([['n'.repeat(256), 'x']]))).toHaveLength(1);
    expect((await refusalOf(() => read(formBody(texts(65))))).message).toContain('64 parts');
    expect((await refusalOf(() => read(formBody(files(18))))).message).toContain('17 files');
    expect(await refusalOf(() => readMeant(formBody(long('p', 128 * 1024 + 1))))).toMatchObject({ param: 'p' });
  });

  it('refuses 50,000 tiny parts without a look at what comes after the 65th boundary', async () => {
    const body = formBody(Array.from({ length: 50_000 }, (_, at) => [`p${at}`, 'x']));
    let furthest = 0;
    const watched = Object.assign(Buffer.from(body), {
      indexOf: (needle: Buffer, from: number) => {
        const found = body.indexOf(needle, from);
        furthest = Math.max(furthest, found + needle.length);
        return found;
      },
    });
    expect((await refusalOf(() => read(watched))).message).toContain('64 parts');
    expect(furthest).toBe(body.indexOf('name="p64"') - '\r\nContent-Disposition: form-data; '.length);
  });
});
