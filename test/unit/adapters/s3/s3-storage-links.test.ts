import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createS3StorageLinks } from '../../../../lambda/adapters/s3/s3-storage-links.ts';

const client = new S3Client({
  region: 'eu-central-1',
  endpoint: 'http://127.0.0.1:1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const links = createS3StorageLinks(client, { bucketName: 'images' });

describe('createS3StorageLinks', () => {
  it('signs the exact object, its media type and whole seconds', async () => {
    const link = new URL(await links.linkTo('results/r2/a/1.webp', 'webp', 299.9, 'GET'));
    expect(link.pathname).toBe('/images/results/r2/a/1.webp');
    expect(link.searchParams.get('X-Amz-Expires')).toBe('299');
    expect(link.searchParams.get('response-content-type')).toBe('image/webp');
    expect(link.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('signs for the method that will be used, which S3 checks', async () => {
    const signed = (method: 'GET' | 'HEAD') => links.linkTo('a.png', 'png', 60, method);
    const [get, head] = await Promise.all([signed('GET'), signed('HEAD')]);
    expect(head).toContain('X-Amz-Signature=');
    expect(new URL(head).pathname).toBe(new URL(get).pathname);
    expect(new URL(head).searchParams.get('response-content-type')).toBe('image/png');
    expect(new URL(head).searchParams.get('X-Amz-Signature')).not.toBe(
      new URL(get).searchParams.get('X-Amz-Signature'),
    );
    expect([get, head].map((link) => new URL(link).searchParams.get('x-id'))).toEqual(['GetObject', null]);
  });

  it('signs for a second at least', async () => {
    expect(new URL(await links.linkTo('a.png', 'png', 0.4, 'GET')).searchParams.get('X-Amz-Expires')).toBe('1');
  });
});
