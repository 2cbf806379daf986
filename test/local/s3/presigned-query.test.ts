import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmulatedS3, presignGet, readError, startEmulatedS3 } from './emulated-s3.ts';

let s3: EmulatedS3;
const key = "results/a picture (1)'s+ä.png";
beforeAll(async () => {
  s3 = await startEmulatedS3();
  await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: 'content' }));
});
afterAll(() => s3.close());

/** The address with another value of a parameter; without one, without the parameter. */
function altered(address: string, name: string, value?: string): string {
  const url = new URL(address);
  if (value === undefined) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return url.href;
}

describe('checkPresigned', () => {
  it('lets a presigned GET, HEAD and PUT through', async () => {
    const Bucket = s3.bucket;
    const read = await fetch(await presignGet(s3, key));
    expect([read.status, await read.text()]).toEqual([200, 'content']);
    const head = await getSignedUrl(s3.client, new HeadObjectCommand({ Bucket, Key: key }));
    expect((await fetch(head, { method: 'HEAD' })).status).toBe(200);
    const typed = new GetObjectCommand({ Bucket, Key: key, ResponseContentType: 'image/png' });
    expect((await fetch(await getSignedUrl(s3.client, typed))).status).toBe(200);
    const put = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket, Key: 'put' }));
    expect((await fetch(put, { method: 'PUT', body: 'new' })).status).toBe(200);
    expect(await (await fetch(await presignGet(s3, 'put'))).text()).toBe('new');
  });

  it('refuses another method than the one that was signed', async () => {
    const link = await presignGet(s3, key);
    expect((await fetch(link, { method: 'HEAD' })).status).toBe(403);
    for (const method of ['PUT', 'DELETE']) {
      expect(await readError(await fetch(link, { method }))).toMatchObject({
        status: 403,
        code: 'SignatureDoesNotMatch',
      });
    }
    expect((await fetch(await presignGet(s3, key))).status).toBe(200);
  });

  it.each([
    ['another key', (link: string) => link.replace('results', 'inputs'), 403, 'SignatureDoesNotMatch'],
    ['a longer life', (link: string) => altered(link, 'X-Amz-Expires', '604800'), 403, 'SignatureDoesNotMatch'],
    [
      'a further parameter',
      (link: string) => altered(link, 'response-content-type', 'text/html'),
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'another signature',
      (link: string) => altered(link, 'X-Amz-Signature', 'ab'.repeat(32)),
      403,
      'SignatureDoesNotMatch',
    ],
    ['another access key', (link: string) => link.replace('=local%2F', '=other%2F'), 403, 'InvalidAccessKeyId'],
    ['no signature', (link: string) => altered(link, 'X-Amz-Signature'), 400, 'AuthorizationQueryParametersError'],
    ['no expiry', (link: string) => altered(link, 'X-Amz-Expires'), 400, 'AuthorizationQueryParametersError'],
    [
      'a life of more than a week',
      (link: string) => altered(link, 'X-Amz-Expires', '604801'),
      400,
      'AuthorizationQueryParametersError',
    ],
    [
      'a life that is no number',
      (link: string) => altered(link, 'X-Amz-Expires', 'long'),
      400,
      'AuthorizationQueryParametersError',
    ],
    [
      'another region',
      (link: string) => link.replace('eu-central-1', 'us-east-1'),
      400,
      'AuthorizationQueryParametersError',
    ],
    [
      'another algorithm',
      (link: string) => altered(link, 'X-Amz-Algorithm', 'none'),
      400,
      'AuthorizationQueryParametersError',
    ],
    [
      'a date that is none',
      (link: string) => altered(link, 'X-Amz-Date', 'today'),
      400,
      'AuthorizationQueryParametersError',
    ],
    ['nothing at all', (link: string) => link.split('?')[0] ?? '', 403, 'AccessDenied'],
  ])('refuses an address with %s', async (_name, change, status, code) => {
    expect(await readError(await fetch(change(await presignGet(s3, key))))).toMatchObject({ status, code });
  });

  it('refuses headers for the service that were not signed', async () => {
    const response = await fetch(await presignGet(s3, key), { headers: { 'x-amz-meta-a': 'b' } });
    expect(await readError(response)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('refuses an address of a signer whose clock is far ahead, and one that has expired', async () => {
    const ahead = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket: s3.bucket, Key: key }), {
      signingDate: new Date(Date.now() + 16 * 60_000),
    });
    expect(await readError(await fetch(ahead))).toMatchObject({ status: 403, message: 'Request is not valid yet' });
    const link = await presignGet(s3, key, 60);
    s3.passSeconds(50);
    expect((await fetch(link)).status).toBe(200);
    s3.passSeconds(10);
    expect(await readError(await fetch(link))).toEqual({
      status: 403,
      code: 'AccessDenied',
      message: 'Request has expired',
    });
  });
});
