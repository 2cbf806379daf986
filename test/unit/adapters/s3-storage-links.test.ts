import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createS3StorageLinks } from '../../../lambda/adapters/s3-storage-links.ts';

const client = new S3Client({
  region: 'eu-central-1',
  endpoint: 'http://127.0.0.1:1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const links = createS3StorageLinks(client, { bucketName: 'images' });

describe('createS3StorageLinks', () => {
  it('signs the exact object, its media type and whole seconds', async () => {
    const link = new URL(await links.linkTo('results/r2/a/1.webp', 'webp', 299.9));
    expect(link.pathname).toBe('/images/results/r2/a/1.webp');
    expect(link.searchParams.get('X-Amz-Expires')).toBe('299');
    expect(link.searchParams.get('response-content-type')).toBe('image/webp');
    expect(link.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('signs for a second at least', async () => {
    expect(new URL(await links.linkTo('a.png', 'png', 0.4)).searchParams.get('X-Amz-Expires')).toBe('1');
  });
});
