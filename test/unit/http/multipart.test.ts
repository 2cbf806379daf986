import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readMultipart } from '../../../lambda/http/multipart.ts';
import { refusalOf } from './refusal.ts';
import { formBody, formType, type SamplePart, sampleBoundary } from './sample-forms.ts';

const read = (body: Buffer, type = formType()) => readMultipart(body, type);
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
    expect(file && 'bytes' in file && sha256(file.bytes)).toBe(sha256(bytes));
    expect(text).toEqual({ name: 'n', text: '1' });
  });

  it('keeps the order of parts, their names and text in UTF-8, and empty files', async () => {
    const parts: SamplePart[] = [
      ['größe', 'ein Bär 🐻'],
      ['b', Buffer.alloc(0), '../../etc/passwd'],
      ['a', ''],
      ['a', 'again'],
    ];
    expect(await read(formBody(parts))).toEqual([
      { name: 'größe', text: 'ein Bär 🐻' },
      { name: 'b', bytes: Buffer.alloc(0), filename: 'passwd' },
      { name: 'a', text: '' },
      { name: 'a', text: 'again' },
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

  it('keeps text in the charset that its part declares', async () => {
    const latin = declared('a', 'iso-8859-1', Buffer.from('ü', 'latin1'));
    expect(await read(latin)).toEqual([{ name: 'a', text: 'ü' }]);
    expect(await read(declared('a', 'utf-8', Buffer.from('ü')))).toEqual([{ name: 'a', text: 'ü' }]);
  });

  it.each(['image', 'mask[]', 'prompt'])('refuses a charset that nobody knows in the part %s', async (name) => {
    const refusal = await refusalOf(() => read(declared(name, 'klingon', Buffer.from('x'))));
    expect(refusal).toMatchObject({ code: 'invalid_request', param: name });
    expect(refusal.message).toContain('charset');
  });

  it('finds no parts behind the closing boundary', async () => {
    const hidden = formBody([['hidden', 'x']]).toString();
    const epilogue = Buffer.from(`\r\n--${sampleBoundary}\r\n${hidden}`);
    expect(await read(Buffer.concat([formBody([['a', 'b']]), epilogue]))).toEqual([{ name: 'a', text: 'b' }]);
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
    expect(await read(body)).toEqual([{ name: 'a', text: 'b' }]);
  }, 2_000);

  it('refuses text that is no UTF-8 beside a part that holds U+FFFD itself', async () => {
    const image: SamplePart = ['image', Buffer.from('\ufffd'), 'a.png'];
    const asked: SamplePart = ['p', 'what is \ufffd?'];
    expect(await read(formBody([image, asked]))).toContainEqual({ name: 'p', text: 'what is \ufffd?' });
    for (const others of [[asked], [['p', 'a\ufffdb']]] satisfies SamplePart[][]) {
      for (const parts of [
        [image, ...others, ['q', 'a#b']],
        [image, ['q', 'a#b'], ...others],
      ] satisfies SamplePart[][]) {
        const broken = formBody(parts as SamplePart[]);
        broken[broken.indexOf('a#b') + 1] = 0xfc;
        expect((await refusalOf(() => read(broken))).message).toContain('UTF-8');
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
    expect((await refusalOf(() => read(body))).code).toBe('invalid_request');
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
    expect(await read(formBody(long('p', 128 * 1024)))).toHaveLength(1);
    expect(await read(formBody(long('image[]', 1024 * 1024)))).toHaveLength(1);
    expect(await read(formBody([['n'.repeat(256), 'x']]))).toHaveLength(1);
    expect((await refusalOf(() => read(formBody(texts(65))))).message).toContain('64 parts');
    expect((await refusalOf(() => read(formBody(files(18))))).message).toContain('17 files');
    expect(await refusalOf(() => read(formBody(long('p', 128 * 1024 + 1))))).toMatchObject({ param: 'p' });
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
