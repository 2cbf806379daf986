import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUploader } from '../../../lambda/adapters/s3/s3-upload.ts';
import { type EmulatedS3, startEmulatedS3 } from './emulated-s3.ts';

let s3: EmulatedS3;
let etag: string;
beforeAll(async () => {
  s3 = await startEmulatedS3();
  etag = (await put('source', '0123456789')).ETag ?? '';
});
afterAll(() => s3.close());

const put = (Key: string, Body: string | Uint8Array) =>
  s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body, ContentType: 'image/png' }));
const copy = (more: object, Key = 'copy', source = 'source') =>
  s3.client.send(new CopyObjectCommand({ Bucket: s3.bucket, Key, CopySource: `${s3.bucket}/${source}`, ...more }));
const get = (more: object, Key = 'source') => s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key, ...more }));
const head = (more: object, Key = 'source') =>
  s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key, ...more }));

/** The status and the name of the error with which a request fails. */
async function failure(request: Promise<unknown>): Promise<readonly [number | undefined, string]> {
  const error = await request.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof S3ServiceException)) throw new Error('No refusal by S3.', { cause: error });
  return [error.$metadata.httpStatusCode, error.name];
}

describe('a copy', () => {
  it('is made of the object that was inspected, and of no other', async () => {
    await copy({ CopySourceIfMatch: etag });
    expect(await (await get({}, 'copy')).Body?.transformToString()).toBe('0123456789');
    expect((await head({}, 'copy')).ContentType).toBe('image/png');
    await copy({ CopySourceIfMatch: etag.replaceAll('"', '') }, 'unquoted');
    expect(await failure(copy({ CopySourceIfMatch: '"other"' }, 'none'))).toEqual([412, 'PreconditionFailed']);
    expect(await failure(copy({ CopySourceIfNoneMatch: etag }, 'none'))).toEqual([412, 'PreconditionFailed']);
    expect(await failure(head({}, 'none'))).toEqual([404, 'NotFound']);
  });

  it('fails for a missing source, with a condition or without', async () => {
    expect(await failure(copy({}, 'none', 'missing'))).toEqual([404, 'NoSuchKey']);
    expect(await failure(copy({ CopySourceIfMatch: etag }, 'none', 'missing'))).toEqual([404, 'NoSuchKey']);
  });

  it('fails onto itself, and under conditions that are not played', async () => {
    expect(await failure(copy({}, 'source'))).toEqual([400, 'InvalidRequest']);
    expect(await failure(copy({ CopySourceIfModifiedSince: new Date(0) }))).toEqual([501, 'NotImplemented']);
  });
});

describe('a write', () => {
  it('fails under a condition on what is there, which is not played', async () => {
    const conditional = (more: object) =>
      s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'new', Body: 'a', ...more }));
    expect(await failure(conditional({ IfNoneMatch: '*' }))).toEqual([501, 'NotImplemented']);
    expect(await failure(conditional({ IfMatch: etag }))).toEqual([501, 'NotImplemented']);
  });

  it('takes 64 MiB at once, and 60 MB by parts', async () => {
    await put('large', new Uint8Array(64 * 1024 * 1024));
    expect((await head({}, 'large')).ContentLength).toBe(64 * 1024 * 1024);
    const chunk = Buffer.alloc(1_000_000, 1);
    async function* bytes() {
      for (let count = 0; count < 60; count += 1) yield chunk;
    }
    const target = { Bucket: s3.bucket, Key: 'parts', ContentType: 'image/png' };
    await createUploader(s3.client)(target, bytes(), AbortSignal.timeout(60_000));
    const { ContentLength, ETag = '' } = await head({}, 'parts');
    expect(ContentLength).toBe(60_000_000);
    expect(ETag).toMatch(/^"[0-9a-f]{32}-12"$/);
    await copy({ CopySourceIfMatch: ETag }, 'copy of parts', 'parts');
  });
});

describe('a read', () => {
  it('gives a range of the bytes, and says which', async () => {
    const range = async (Range: string) => {
      const { $metadata, ContentRange, Body } = await get({ Range });
      return [$metadata.httpStatusCode, ContentRange, await Body?.transformToString()];
    };
    expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await range('bytes=8-')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await range('bytes=0-999')).toEqual([206, 'bytes 0-9/10', '0123456789']);
    expect(await range('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await failure(get({ Range: 'bytes=10-' }))).toEqual([416, 'InvalidRange']);
    await put('empty', new Uint8Array());
    expect(await failure(get({ Range: 'bytes=0-9' }, 'empty'))).toEqual([416, 'InvalidRange']);
  });

  it('fails where the object has changed, by GET and by HEAD', async () => {
    expect((await get({ IfMatch: etag, Range: 'bytes=0-0' })).ContentRange).toBe('bytes 0-0/10');
    expect(await failure(get({ IfMatch: '"other"' }))).toEqual([412, 'PreconditionFailed']);
    expect((await head({ IfMatch: etag })).ETag).toBe(etag);
    expect((await failure(head({ IfMatch: '"other"' })))[0]).toBe(412);
    expect(await failure(get({}, 'missing'))).toEqual([404, 'NoSuchKey']);
  });
});

describe('a deletion of several objects', () => {
  it('removes those that are there, and takes those that are not for removed', async () => {
    await put('gone & done', '1');
    const deletion = (keys: readonly string[]) => {
      const Objects = keys.map((Key) => ({ Key }));
      return s3.client.send(new DeleteObjectsCommand({ Bucket: s3.bucket, Delete: { Objects } }));
    };
    const { Deleted, Errors } = await deletion(['gone & done', 'never there']);
    expect([Deleted?.map(({ Key }) => Key), Errors]).toEqual([['gone & done', 'never there'], undefined]);
    const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: 'gone' }));
    expect(Contents).toBeUndefined();
    expect(await failure(deletion(Array.from({ length: 1001 }, (_, at) => `${at}`)))).toEqual([400, 'MalformedXML']);
  });
});
