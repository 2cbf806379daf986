import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmulatedS3, presignGet, readError, startEmulatedS3 } from './emulated-s3.ts';

let s3: EmulatedS3;
beforeAll(async () => {
  s3 = await startEmulatedS3();
  await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'a', Body: 'content' }));
});
afterAll(() => s3.close());

beforeEach(() =>
  s3.setCorsRules([
    {
      allowedOrigins: ['https://app.example', 'http://localhost:*'],
      allowedMethods: ['POST', 'PUT'],
      allowedHeaders: ['content-type', 'X-Amz-*'],
      exposedHeaders: ['ETag', 'Location'],
      maxAge: 600,
    },
    {
      allowedOrigins: ['*'],
      allowedMethods: ['GET', 'HEAD'],
      allowedHeaders: ['*'],
      exposedHeaders: [],
      maxAge: undefined,
    },
  ]),
);

const preflight = (headers: Record<string, string>) =>
  fetch(`${s3.endpoint}/${s3.bucket}/a`, { method: 'OPTIONS', headers });

const corsOf = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

describe('answerPreflight', () => {
  it('answers by the first rule that matches', async () => {
    const response = await preflight({
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'Content-Type, x-amz-meta-a',
    });
    expect(response.status).toBe(200);
    expect(corsOf(response)).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST, PUT',
      'access-control-allow-headers': 'content-type, x-amz-meta-a',
      'access-control-expose-headers': 'ETag, Location',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
    const open = await preflight({
      origin: 'null',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'x',
    });
    expect([open.status, corsOf(open)]).toMatchObject([200, { 'access-control-allow-origin': '*' }]);
    expect(corsOf(open)).not.toHaveProperty('access-control-allow-credentials');
  });

  it('lets an asterisk in an origin stand for any characters', async () => {
    const statusOf = async (origin: string) =>
      (await preflight({ origin, 'access-control-request-method': 'PUT' })).status;
    expect(await statusOf('http://localhost:5173')).toBe(200);
    expect(await statusOf('http://localhost')).toBe(403);
    expect(await statusOf('https://localhost:5173')).toBe(403);
  });

  it.each([
    ['another origin', { origin: 'https://app.example.net', 'access-control-request-method': 'POST' }],
    ['an origin in capitals', { origin: 'https://APP.example', 'access-control-request-method': 'POST' }],
    ['another method', { origin: 'https://app.example', 'access-control-request-method': 'DELETE' }],
    [
      'another header',
      {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, authorization',
      },
    ],
  ])('refuses %s, without headers that would let it through', async (_name, headers) => {
    const response = await preflight(headers);
    expect(corsOf(response)).toEqual({});
    expect(await readError(response)).toMatchObject({ status: 403, code: 'AccessForbidden' });
  });

  it('refuses everything where the bucket has no rules, and what is no preflight request', async () => {
    expect(await readError(await preflight({ origin: 'https://app.example' }))).toMatchObject({
      status: 400,
      code: 'BadRequest',
    });
    expect(await readError(await preflight({}))).toMatchObject({ status: 400, code: 'BadRequest' });
    s3.setCorsRules([]);
    const closed = await preflight({ origin: 'https://app.example', 'access-control-request-method': 'GET' });
    expect(await readError(closed)).toEqual({
      status: 403,
      code: 'AccessForbidden',
      message: 'CORSResponse: CORS is not enabled for this bucket.',
    });
  });
});

describe('allowReading', () => {
  it('lets the scripts of an allowed origin read an object, an upload and its refusal', async () => {
    const link = await presignGet(s3, 'a');
    const read = await fetch(link, { headers: { origin: 'https://anywhere.example' } });
    expect([read.status, corsOf(read)['access-control-allow-origin']]).toEqual([200, '*']);
    const { url, fields } = await createPresignedPost(s3.client, { Bucket: s3.bucket, Key: 'b' });
    const upload = (origin: string) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', new Blob(['content']), 'a');
      return fetch(url, { method: 'POST', body: form, headers: { origin } });
    };
    const allowed = await upload('https://app.example');
    expect([allowed.status, corsOf(allowed)['access-control-allow-origin']]).toEqual([204, 'https://app.example']);
    expect(corsOf(await upload('https://other.example'))).toEqual({});
    const refused = await fetch(url, { method: 'POST', headers: { origin: 'https://app.example' } });
    expect([refused.status, corsOf(refused)['access-control-allow-origin']]).toEqual([412, 'https://app.example']);
  });

  it('says nothing to a request without an origin', async () => {
    expect(corsOf(await fetch(await presignGet(s3, 'a')))).toEqual({});
  });
});
