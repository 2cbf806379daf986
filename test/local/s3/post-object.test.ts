import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmulatedS3, readError, startEmulatedS3 } from './emulated-s3.ts';

let s3: EmulatedS3;
beforeAll(async () => {
  s3 = await startEmulatedS3();
});
afterAll(() => s3.close());

const key = 'files/r2/0123';
const content = Buffer.from('0123456789');

/** A form for exactly ten bytes of a png under one key. */
const sign = (options: Partial<PresignedPostOptions> = {}, client = s3.client) =>
  createPresignedPost(client, {
    Bucket: s3.bucket,
    Key: key,
    Expires: 900,
    Fields: { 'Content-Type': 'image/png' },
    Conditions: [['content-length-range', 10, 10]],
    ...options,
  });

type Parts = readonly (readonly [name: string, value: string | Buffer])[];

/** Posts parts in their order; bytes go as a file. */
function post(parts: Parts, bucket = s3.bucket): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value)]), 'a picture.png');
  }
  return fetch(`${s3.endpoint}/${bucket}`, { method: 'POST', body: form });
}

const partsOf = (fields: Readonly<Record<string, string>>, file: Buffer = content): Parts => [
  ...Object.entries(fields),
  ['file', file],
];

const bytesUnder = async (Key: string) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

describe('postObject', () => {
  it('stores what a presigned form brings, under its key, with its type, and answers with its ETag', async () => {
    const { url, fields } = await sign();
    expect(url).toBe(`${s3.endpoint}/${s3.bucket}`);
    const response = await post(partsOf(fields));
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(response.headers.get('etag')).toBe(`"${createHash('md5').update(content).digest('hex')}"`);
    expect(await bytesUnder(key)).toEqual(content);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: key }));
    expect(head).toMatchObject({ ContentType: 'image/png', ContentLength: 10, ETag: response.headers.get('etag') });
  });

  it('answers with the status that the form asks for, and a body for 201', async () => {
    const withStatus = async (status: string) => {
      const { fields } = await sign({ Fields: { 'Content-Type': 'image/png', success_action_status: status } });
      return post(partsOf(fields));
    };
    const created = await withStatus('201');
    expect(created.status).toBe(201);
    expect(await created.text()).toContain(`<Key>${key}</Key><ETag>&quot;`);
    expect((await withStatus('200')).status).toBe(200);
    expect((await withStatus('418')).status).toBe(204);
  });

  it('keeps metadata and headers of the object, and puts the name of the file into its key', async () => {
    const { fields } = await sign({
      Key: `named/$\{filename}`,
      Fields: { 'Content-Type': 'image/png', 'x-amz-meta-note': 'mine', 'Cache-Control': 'no-store' },
    });
    expect((await post(partsOf(fields))).status).toBe(204);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: 'named/a picture.png' }));
    expect(head).toMatchObject({ Metadata: { note: 'mine' }, CacheControl: 'no-store' });
  });

  it('takes names and operators in any case, the content as text, and what comes after the file for nothing', async () => {
    const { fields } = await sign({
      Conditions: [
        ['CONTENT-length-RANGE' as 'content-length-range', 10, 10],
        ['Eq' as 'eq', '$Content-TYPE', 'image/png'],
      ],
    });
    const shouted = Object.entries(fields).map(([name, value]) => [name.toUpperCase(), value] as const);
    const response = await post([...shouted, ['file', '0123456789'], ['submit', 'Upload'], ['x-after', 'all']]);
    expect(response.status).toBe(204);
    expect(await bytesUnder(key)).toEqual(content);
  });

  it('takes a field whose name begins with x-ignore-, and every type of a list that begins as it should', async () => {
    const { fields } = await sign({
      Fields: {},
      Conditions: [
        ['content-length-range', 10, 10],
        ['starts-with', '$Content-Type', 'image/'],
      ],
    });
    const typed = (type: string): Parts => [['x-ignore-me', 'yes'], ['Content-Type', type], ...partsOf(fields)];
    expect((await post(typed('image/png, image/webp'))).status).toBe(204);
    expect(await readError(await post(typed('image/png, text/html')))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
  });

  const refused = {
    'a byte too many': [400, 'EntityTooLarge', (f: Fields) => partsOf(f, Buffer.alloc(11))],
    'a byte too few': [400, 'EntityTooSmall', (f: Fields) => partsOf(f, Buffer.alloc(9))],
    'no bytes': [400, 'EntityTooSmall', (f: Fields) => partsOf(f, Buffer.alloc(0))],
    'another key': [403, 'AccessDenied', (f: Fields) => partsOf({ ...f, key: 'files/r2/4567' })],
    'another type': [403, 'AccessDenied', (f: Fields) => partsOf({ ...f, 'Content-Type': 'text/html' })],
    'no type': [403, 'AccessDenied', (f: Fields) => partsOf(without(f, 'Content-Type'))],
    'a field that no condition covers': [403, 'AccessDenied', (f: Fields) => partsOf({ ...f, acl: 'public-read' })],
    'metadata that no condition covers': [403, 'AccessDenied', (f: Fields) => partsOf({ ...f, 'x-amz-meta-a': 'b' })],
    'a status that no condition covers': [
      403,
      'AccessDenied',
      (f: Fields) => partsOf({ ...f, success_action_status: '201' }),
    ],
    'a field twice': [400, 'InvalidArgument', (f: Fields) => [['key', f.key ?? ''], ...partsOf(f)]],
    'no key': [400, 'InvalidArgument', (f: Fields) => partsOf(without(f, 'key'))],
    'no policy': [403, 'AccessDenied', (f: Fields) => partsOf(without(f, 'Policy'))],
    'no signature': [400, 'InvalidArgument', (f: Fields) => partsOf(without(f, 'X-Amz-Signature'))],
    'no credential': [400, 'InvalidArgument', (f: Fields) => partsOf(without(f, 'X-Amz-Credential'))],
    'no date': [400, 'InvalidArgument', (f: Fields) => partsOf(without(f, 'X-Amz-Date'))],
    'no algorithm': [400, 'InvalidArgument', (f: Fields) => partsOf(without(f, 'X-Amz-Algorithm'))],
    'another algorithm': [400, 'InvalidRequest', (f: Fields) => partsOf({ ...f, 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' })],
    'another date': [
      400,
      'AuthorizationQueryParametersError',
      (f: Fields) => partsOf({ ...f, 'X-Amz-Date': '20200101T000000Z' }),
    ],
    'another signature': [
      403,
      'SignatureDoesNotMatch',
      (f: Fields) => partsOf({ ...f, 'X-Amz-Signature': 'ab'.repeat(32) }),
    ],
    'a signature that is none': [
      403,
      'SignatureDoesNotMatch',
      (f: Fields) => partsOf({ ...f, 'X-Amz-Signature': 'none' }),
    ],
    'a policy that was changed': [
      403,
      'SignatureDoesNotMatch',
      (f: Fields) => partsOf({ ...f, Policy: widened(f.Policy) }),
    ],
    'a policy that is none': [403, 'SignatureDoesNotMatch', (f: Fields) => partsOf({ ...f, Policy: 'bm9uZQ==' })],
    'the file before the rest': [400, 'InvalidArgument', (f: Fields) => [['file', content], ...Object.entries(f)]],
    'the file before the policy': [
      403,
      'AccessDenied',
      (f: Fields) => [...partsOf(without(f, 'Policy')), ['Policy', f.Policy ?? '']],
    ],
    'no file': [400, 'InvalidArgument', (f: Fields) => Object.entries(f)],
    'two files': [400, 'InvalidArgument', (f: Fields) => [...partsOf(f), ['file', content]]],
    'a file by another name': [400, 'InvalidArgument', (f: Fields) => [...Object.entries(f), ['image', content]]],
    'fields beyond 20 KB': [
      400,
      'MaxPostPreDataLengthExceeded',
      (f: Fields) => partsOf({ 'x-ignore-a': 'a'.repeat(20_480), ...f }),
    ],
  } satisfies Record<string, readonly [number, string, (fields: Fields) => Parts]>;
  type Fields = Readonly<Record<string, string>>;

  it.each(Object.entries(refused))('refuses %s, and stores nothing', async (_name, [status, code, partsFor]) => {
    const unique = `refused/${status}-${code}-${Math.abs(hash(_name))}`;
    const { fields } = await sign({ Key: unique });
    const answer = await readError(await post(partsFor(fields)));
    expect(answer).toMatchObject({ status, code });
    await expect(bytesUnder(unique)).rejects.toThrow('does not exist');
  });

  it('names the condition that failed, and the fields without one', async () => {
    const { fields } = await sign();
    const other = await readError(await post(partsOf({ ...fields, key: 'other' })));
    expect(other.message).toBe(
      `Invalid according to Policy: Policy Condition failed: [&quot;eq&quot;, &quot;$key&quot;, &quot;${key}&quot;]`,
    );
    const extra = await readError(await post(partsOf({ ...fields, acl: 'private', tagging: 'a' })));
    expect(extra.message).toBe('Invalid according to Policy: Extra input fields: acl, tagging');
  });

  it('refuses credentials of another account, region or service', async () => {
    const by = async (options: Parameters<EmulatedS3['clientOf']>[0]) => {
      const { fields } = await sign({}, s3.clientOf(options));
      return readError(await post(partsOf(fields)));
    };
    expect(await by({ secretAccessKey: 'guessed' })).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(await by({ accessKeyId: 'other' })).toMatchObject({ status: 403, code: 'InvalidAccessKeyId' });
    expect(await by({ region: 'us-east-1' })).toMatchObject({ status: 400, code: 'AuthorizationQueryParametersError' });
    const { fields } = await sign();
    for (const scope of [
      '20261129/eu-central-1/sqs/aws4_request',
      '20261129/eu-central-1/s3',
      '2026/eu-central-1/s3/aws4_request',
    ]) {
      const answer = await readError(await post(partsOf({ ...fields, 'X-Amz-Credential': `local/${scope}` })));
      expect(answer).toMatchObject({ status: 400, code: 'AuthorizationQueryParametersError' });
    }
  });

  it('refuses a form for another bucket, and one that is posted to no bucket', async () => {
    const { fields } = await sign({ Bucket: 'others' });
    expect(await readError(await post(partsOf(fields)))).toMatchObject({ status: 403, code: 'AccessDenied' });
    const here = await sign();
    expect(await readError(await post(partsOf(here.fields), 'others'))).toMatchObject({
      status: 404,
      code: 'NoSuchBucket',
    });
  });

  it('refuses a body that is no form, one that is cut short, and one without its length', async () => {
    const { fields } = await sign();
    const send = (body: string | ReadableStream, type: string) =>
      fetch(`${s3.endpoint}/${s3.bucket}`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
        duplex: 'half',
      } as RequestInit);
    expect(await readError(await send('{}', 'application/json'))).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    });
    expect(await readError(await send('', 'multipart/form-data'))).toMatchObject({
      status: 400,
      code: 'MalformedPOSTRequest',
    });
    const cut = Object.entries(fields)
      .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('');
    const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n0123456789';
    expect(await readError(await send(cut + file, 'multipart/form-data; boundary=b'))).toMatchObject({
      status: 400,
      code: 'MalformedPOSTRequest',
    });
    const stream = new Blob([cut, file, '\r\n--b--\r\n']).stream();
    expect(await readError(await send(stream, 'multipart/form-data; boundary=b'))).toMatchObject({
      status: 411,
      code: 'MissingContentLength',
    });
  });

  it('refuses policies that break the form', async () => {
    const { fields } = await sign({ Conditions: [['content-length-range', -1, 10]] });
    expect(await readError(await post(partsOf(fields)))).toMatchObject({ status: 400, code: 'InvalidPolicyDocument' });
    const twofold = await sign({ Conditions: [{ a: 'b', c: 'd' }] });
    expect(await readError(await post(partsOf(twofold.fields)))).toMatchObject({
      status: 400,
      code: 'InvalidPolicyDocument',
    });
    const bare = await sign({ Conditions: [['eq', 'key', key]] });
    expect(await readError(await post(partsOf(bare.fields)))).toMatchObject({
      status: 400,
      code: 'InvalidPolicyDocument',
    });
  });

  it('demands the presence of a field that only has to begin with nothing', async () => {
    const { fields } = await sign({ Fields: {}, Conditions: [['starts-with', '$Content-Type', '']] });
    expect(await readError(await post(partsOf(fields)))).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('takes 50 MB', async () => {
    const size = 50_000_000;
    const { fields } = await sign({ Key: 'large', Conditions: [['content-length-range', size, size]] });
    expect((await post(partsOf(fields, Buffer.alloc(size, 7)))).status).toBe(204);
    const { ContentLength } = await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: 'large' }));
    expect(ContentLength).toBe(size);
  });

  it('refuses a form at the second in which its policy expires', async () => {
    const { fields } = await sign({ Expires: 900 });
    s3.passSeconds(890);
    expect((await post(partsOf(fields))).status).toBe(204);
    s3.passSeconds(10);
    expect(await readError(await post(partsOf(fields)))).toEqual({
      status: 403,
      code: 'AccessDenied',
      message: 'Invalid according to Policy: Policy expired.',
    });
  });
});

const without = (fields: Readonly<Record<string, string>>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));

/** The policy with room for a longer file. */
function widened(policy = ''): string {
  const text = Buffer.from(policy, 'base64').toString();
  return Buffer.from(text.replace('["content-length-range",10,10]', '["content-length-range",0,99]')).toString(
    'base64',
  );
}

/** Tells the keys of the cases apart. */
const hash = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 0);
