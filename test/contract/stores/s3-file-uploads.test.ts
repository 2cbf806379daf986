import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3FileUploads } from '../../../lambda/adapters/s3/s3-file-uploads.ts';
import { startObjectsAndQueues, type TestObjectsAndQueues } from '../../support/emulators.ts';

const bucketName = 'images';
let emulators: TestObjectsAndQueues;
beforeAll(async () => {
  emulators = await startObjectsAndQueues();
  await emulators.createBucket(bucketName);
});
afterAll(() => emulators.close());

const open = () => createS3FileUploads(emulators.s3, { bucketName });

describe(createS3FileUploads, () => {
  it('knows the length of what it has put, and of nothing that it has removed', async () => {
    const uploads = open();
    expect(await uploads.length('files/r2/a')).toBeUndefined();
    await uploads.put('files/r2/a', new Uint8Array(7), 'image/png');
    expect(await uploads.length('files/r2/a')).toBe(7);
    for (const _ of [1, 2]) await uploads.remove(['files/r2/a']);
    expect(await uploads.length('files/r2/a')).toBeUndefined();
  });

  it('throws where the bucket does not say whether there is an object', async () => {
    const client = emulators.newS3Client();
    client.middlewareStack.add(
      () => async () => {
        throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
      },
      { step: 'initialize' },
    );
    await expect(createS3FileUploads(client, { bucketName }).length('files/r2/a')).rejects.toThrow('Access Denied');
  });

  it('signs a form for one key, one length, one type and fifteen minutes, which no upload can depart from', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const order = { key: 'files/r2/b', bytes: 50_000_000, contentType: 'image/webp', seconds: 900 };
    const { url, fields } = await open().uploadForm(order);
    expect(new URL(url).pathname).toBe(`/${bucketName}`);
    const policy = JSON.parse(Buffer.from(fields.Policy ?? '', 'base64').toString());
    expect(policy.conditions).toEqual(
      expect.arrayContaining([
        ['content-length-range', 50_000_000, 50_000_000],
        { 'Content-Type': 'image/webp' },
        { bucket: bucketName },
        { key: 'files/r2/b' },
      ]),
    );
    expect(policy.conditions.filter((condition: unknown) => JSON.stringify(condition).includes('starts-with'))).toEqual(
      [],
    );
    const life = Date.parse(policy.expiration) - before;
    expect(life).toBeGreaterThanOrEqual(900_000);
    expect(life).toBeLessThanOrEqual(900_000 + 60_000);
    expect(fields).toMatchObject({ key: 'files/r2/b', 'Content-Type': 'image/webp' });
    expect(fields['X-Amz-Signature']).toMatch(/^[0-9a-f]{64}$/);
  });
});
