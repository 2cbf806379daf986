import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import busboy from 'busboy';
import { describe, expect, it } from 'vitest';
import { type MultipartBody, multipartBody } from '../../../../lambda/providers/wire/multipart-body.ts';
import fc from '../../../support/seeded-fast-check.ts';

interface Parsed {
  readonly fields: [string, string][];
  readonly files: { name: string; filename: string; type: string; content: Buffer }[];
}

/** Reads the body with a parser that isn't ours. */
async function parse(body: MultipartBody): Promise<Parsed> {
  const parsed: Parsed = { fields: [], files: [] };
  const parser = busboy({ headers: { 'content-type': body.contentType } });
  parser.on('field', (name, value) => parsed.fields.push([name, value]));
  parser.on('file', (name, stream, { filename = '', mimeType: type }) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => parsed.files.push({ name, filename, type, content: Buffer.concat(chunks) }));
  });
  await new Promise((resolve, reject) => {
    parser.on('close', resolve).on('error', reject);
    Readable.from(body.chunks()).pipe(parser);
  });
  return parsed;
}

const png = (name: string, filename: string, content: Uint8Array, chunkBytes = 70_000) => ({
  name,
  filename,
  contentType: 'image/png',
  bytes: content.length,
  async open() {
    return (async function* () {
      for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
    })();
  },
});

describe('multipartBody', () => {
  it('brings every field and file across, with the length that was said', async () => {
    const name = fc.constantFrom('prompt', 'image[]', 'output_format', 'mask');
    const fields = fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' })), { maxLength: 4 });
    const files = fc.array(fc.tuple(name, fc.uint8Array({ maxLength: 300 })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fields, files, fc.integer({ min: 1, max: 100 }), async (texts, contents, chunkBytes) => {
        const parts = contents.map(([part, content], index) => png(part, `image-${index}.png`, content, chunkBytes));
        const body = multipartBody(texts, parts);
        const parsed = await parse(body);
        expect(parsed.fields).toEqual(texts);
        expect(parsed.files.map((file) => [file.name, new Uint8Array(file.content)])).toEqual(contents);
        expect((await buffer(body.chunks())).length).toBe(body.length);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps a file whole whose chunks are views into a larger memory', async () => {
    const memory = Uint8Array.from({ length: 400_000 }, (_, at) => at % 251);
    const content = memory.subarray(12_345, 345_678);
    const { files } = await parse(multipartBody([], [png('image[]', 'image-1.png', content, 150_000)]));
    expect(files).toEqual([
      { name: 'image[]', filename: 'image-1.png', type: 'image/png', content: Buffer.from(content) },
    ]);
  });

  it('keeps line breaks in a text as they are', async () => {
    const { fields } = await parse(multipartBody([['prompt', 'one\ntwo\r\nthree']], []));
    expect(fields).toEqual([['prompt', 'one\ntwo\r\nthree']]);
  });

  it('opens a file only when its turn has come', async () => {
    const opened: string[] = [];
    const file = (filename: string) => {
      const part = png('image[]', filename, Buffer.from(filename));
      const open = () => {
        opened.push(filename);
        return part.open();
      };
      return { ...part, open };
    };
    const body = multipartBody([['n', '1']], [file('a.png'), file('b.png')]);
    for await (const chunk of body.chunks()) {
      if (Buffer.from(chunk).toString() === 'a.png') break;
    }
    expect(opened).toEqual(['a.png']);
  });

  it('can be sent twice', async () => {
    const body = multipartBody([['n', '1']], [png('mask', 'mask.png', Buffer.from('mask'))]);
    expect(await buffer(body.chunks())).toEqual(await buffer(body.chunks()));
  });

  it('refuses names that would open another part', () => {
    expect(() => multipartBody([['a"\r\n', 'x']], [])).toThrow(TypeError);
    expect(() => multipartBody([], [png('image', 'a"; name="b', Buffer.alloc(1))])).toThrow(TypeError);
  });
});
