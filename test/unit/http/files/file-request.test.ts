import { describe, expect, it } from 'vitest';
import { limits } from '../../../../lambda/contract/limits.ts';
import { readFilePage, readFileUpload } from '../../../../lambda/http/files/file-request.ts';
import { readApiRequest } from '../../../../lambda/http/request/api-request.ts';
import { jsonRequest, requestWith, sampleEvent } from '../../../support/sample-events.ts';
import { refusalOf } from '../refusal.ts';
import { formBody, formRequest, formType, type SamplePart, sampleImages } from '../sample-forms.ts';

const bytes = Buffer.from('any bytes');
const file: SamplePart = ['file', bytes, 'cat.png'];
const seconds: SamplePart = ['expires_after[seconds]', '3600'];
const anchor: SamplePart = ['expires_after[anchor]', 'created_at'];

describe(readFileUpload, () => {
  it('reads a form as the official SDKs write it', async () => {
    const request = formRequest([['purpose', 'user data'], anchor, seconds, file]);
    expect(await readFileUpload(request)).toEqual({
      ...{ kind: 'received', bytes },
      order: { filename: 'cat.png', purpose: 'user data', lifetimeSeconds: 3600 },
    });
    const plain = await readFileUpload(formRequest([file, ['purpose', '']]));
    expect(plain.order).toEqual({ filename: 'cat.png', purpose: 'vision' });
  });

  it('takes a file without a name, and one in a text part', async () => {
    const upload = await readFileUpload(formRequest([['file', 'any text']]));
    expect(upload).toMatchObject({ kind: 'received', order: { filename: 'file' } });
  });

  it.each<[why: string, parts: readonly SamplePart[], code: string, param?: string]>([
    ['no file', [['purpose', 'vision']], 'missing_field', 'file'],
    ['an input left empty', [['file', Buffer.alloc(0), '']], 'missing_field', 'file'],
    ['an empty file', [['file', Buffer.alloc(0), 'a.png']], 'invalid_image', 'file'],
    ['two files', [file, file], 'invalid_request', 'file'],
    ['a file under another name', [file, ['image', bytes, 'b.png']], 'invalid_request', 'image'],
    ['two purposes', [file, ['purpose', 'a'], ['purpose', 'b']], 'invalid_request', 'purpose'],
    ['a purpose too long', [file, ['purpose', 'a'.repeat(65)]], 'invalid_value', 'purpose'],
    ['a purpose that can not be seen', [file, ['purpose', 'a\nb']], 'invalid_value', 'purpose'],
    ['a purpose that is no text', [file, ['purpose', Buffer.from([0xff]), 'a']], 'invalid_request', 'purpose'],
    ['another anchor', [file, ['expires_after[anchor]', 'now'], seconds], 'invalid_value', 'expires_after'],
    ['no anchor', [file, seconds], 'invalid_value', 'expires_after'],
    ['no number', [file, anchor, ['expires_after[seconds]', '1h']], 'invalid_value', 'expires_after'],
    ['too short a life', [file, anchor, ['expires_after[seconds]', '3599']], 'invalid_value', 'expires_after'],
    ['too long a life', [file, anchor, ['expires_after[seconds]', '2592001']], 'invalid_value', 'expires_after'],
    ['an unknown part', [file, ['colour', 'red']], 'invalid_request', 'colour'],
  ])('refuses a form with %s, naming the part', async (_, parts, code, param) => {
    expect(await refusalOf(() => readFileUpload(formRequest(parts)))).toMatchObject({ code, param });
  });

  it.each(['-1', '1e4', '1.5', '0x10', '99999999999', '٣'])('says what %j seconds may be', async (text) => {
    const parts: readonly SamplePart[] = [file, anchor, ['expires_after[seconds]', text]];
    const refusal = await refusalOf(() => readFileUpload(formRequest(parts)));
    expect(refusal).toMatchObject({ code: 'invalid_value', param: 'expires_after' });
    expect(refusal.message).toBe(
      'The part "expires_after[seconds]" must be a whole number of seconds from 3600 to 2592000.',
    );
  });

  it('refuses a name of a file that is not UTF-8', async () => {
    const body = formBody([['file', bytes, 'cat!.png']]);
    body[body.indexOf('!')] = 0xff;
    const refused = () => readFileUpload(requestWith(body, { 'content-type': formType() }));
    expect(await refusalOf(refused)).toMatchObject({ code: 'invalid_request', param: 'file' });
  });

  it.each<[over: object, bound: string]>([
    [{ bytes: 1e300 }, '"bytes" must be at most 50000000.'],
    [{ bytes: -1e300 }, '"bytes" must be at least 1.'],
    [{ expires_after: { anchor: 'created_at', seconds: 1e300 } }, '"expires_after.seconds" must be at most 2592000.'],
  ])('names the bound of the field for %j', async (over, bound) => {
    const request = jsonRequest({ filename: 'a', bytes: 9, content_type: 'image/png', ...over });
    expect((await refusalOf(() => readFileUpload(request))).message).toContain(bound);
  });

  it('reads an announcement, whatever content type it declares', async () => {
    const announced = { filename: 'big.jpg', bytes: 50_000_000, content_type: 'image/jpeg' };
    const order = { filename: 'big.jpg', bytes: 50_000_000, purpose: 'vision' };
    expect(await readFileUpload(jsonRequest({ ...announced, purpose: null }))).toEqual({
      ...{ kind: 'announced', contentType: 'image/jpeg', order },
    });
    const expires_after = { anchor: 'created_at', seconds: 7200 };
    const untyped = requestWith(JSON.stringify({ ...announced, purpose: 'x', expires_after }), {});
    expect((await readFileUpload(untyped)).order).toEqual({ ...order, purpose: 'x', lifetimeSeconds: 7200 });
  });

  it.each<[why: string, over: object, code: string, param: string]>([
    ['no bytes', { bytes: 0 }, 'invalid_value', 'bytes'],
    ['a byte too many', { bytes: 50_000_001 }, 'invalid_value', 'bytes'],
    ['half a byte', { bytes: 0.5 }, 'invalid_value', 'bytes'],
    ['its length in words', { bytes: '9' }, 'invalid_value', 'bytes'],
    ['no length', { bytes: undefined }, 'missing_field', 'bytes'],
    ['another type', { content_type: 'image/gif' }, 'invalid_value', 'content_type'],
    ['no type', { content_type: undefined }, 'missing_field', 'content_type'],
    ['no name', { filename: '' }, 'invalid_value', 'filename'],
    ['half of a pair in its name', { filename: 'a\ud800' }, 'invalid_value', 'filename'],
    ['half of a pair deep within', { expires_after: { anchor: '\ud800' } }, 'invalid_value', 'expires_after'],
    [
      'endless depth',
      {
        filename: Array(100)
          .fill(0)
          .reduce((deep) => [deep], 0),
      },
      'invalid_request',
      'filename',
    ],
    ['an anchor alone', { expires_after: { anchor: 'created_at' } }, 'invalid_value', 'expires_after'],
    ['an unknown field', { key: 'results/' }, 'invalid_request', 'key'],
  ])('refuses an announcement with %s, naming the field', async (_, over, code, param) => {
    const request = jsonRequest({ filename: 'a', bytes: 9, content_type: 'image/png', ...over });
    expect(await refusalOf(() => readFileUpload(request))).toMatchObject({ code, param });
  });

  it('refuses bodies that are too large, absent or no form and no JSON', async () => {
    const large = requestWith(Buffer.alloc(limits.bodyBytes + 1), {});
    const refusal = await refusalOf(() => readFileUpload(large));
    expect(refusal).toMatchObject({ code: 'payload_too_large' });
    expect(refusal.message).toContain('{"filename", "bytes", "content_type"}');
    expect(await refusalOf(() => readFileUpload(requestWith('', {})))).toMatchObject({ code: 'invalid_request' });
  });

  it.each(['', 'image/png', 'application/x-www-form-urlencoded', 'application/json'])(
    'refuses the raw bytes of a picture and other text sent as "%s", and says how a file is sent',
    async (type) => {
      for (const body of [sampleImages.png(1), sampleImages.jpeg(1), Buffer.from('filename=a.png')]) {
        const refusal = await refusalOf(() => readFileUpload(requestWith(body, { 'content-type': type })));
        expect(refusal).toMatchObject({ code: 'invalid_request' });
        for (const way of ['`multipart/form-data`', 'the part `file`', '{"filename", "bytes", "content_type"}']) {
          expect(refusal.message).toContain(way);
        }
      }
    },
  );

  it('says of a length above the maximum what that is in MB, and what to do', async () => {
    const request = jsonRequest({ filename: 'a', bytes: 50_000_001, content_type: 'image/png' });
    expect((await refusalOf(() => readFileUpload(request))).message).toMatch(
      /at most 50 MB\..*scale a larger image down/,
    );
  });
});

describe(readFilePage, () => {
  const page = (query: string) => readFilePage(readApiRequest(sampleEvent({ query })));
  const id = `file-${'0'.repeat(32)}`;

  it('reads a limit, and the end of the page before, by either name', () => {
    expect(page('')).toEqual({ limit: 20 });
    expect(page(`limit=100&after=${id}&order=desc`)).toEqual({ limit: 100, after: id });
    expect(page(`cursor=${id}`)).toEqual({ limit: 20, after: id });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['after=total', 'after'],
    [`after=${id}&cursor=${id}`, 'cursor'],
    ['order=asc', 'order'],
    ['purpose=vision', 'purpose'],
  ])('refuses %s', async (query, param) => {
    const refusal = await refusalOf(() => page(query));
    expect(refusal).toMatchObject({ code: 'invalid_value', param });
    if (param === 'purpose') expect(refusal.message).toMatch(/is unknown; use limit or after or cursor\.$/);
  });
});
