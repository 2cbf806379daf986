import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type CompleteMultipartUploadCommandInput, GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUploader } from '../../../lambda/adapters/s3/s3-upload.ts';
import { startObjectsAndQueues, type TestObjectsAndQueues } from '../../support/emulators.ts';
import { inChunks } from '../../support/image-bytes.ts';

const Bucket = 'uploads';
const partBytes = 5 * 1024 * 1024;
const never = new AbortController().signal;
let emulators: TestObjectsAndQueues;
beforeAll(async () => {
  emulators = await startObjectsAndQueues();
  await emulators.createBucket(Bucket);
});
afterAll(() => emulators.close());

const targetOf = (Key: string) => ({ Bucket, Key, ContentType: 'image/png' });
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function storedDigest(Key: string): Promise<string> {
  const { Body } = await emulators.s3.send(new GetObjectCommand({ Bucket, Key }));
  return digestOf(await buffer(Body as AsyncIterable<Uint8Array>));
}

/** A client, and all that is asked of S3 through it. S3's answer to a part carries the part's checksum. */
function watchedClient() {
  const client = emulators.newS3Client();
  const asked: { readonly name: string; readonly input: object }[] = [];
  client.middlewareStack.add(
    (next, { commandName: name = '' }) =>
      async (args) => {
        asked.push({ name, input: args.input });
        const answer = await next(args);
        if (name === 'UploadPartCommand') Object.assign(answer.output, { ChecksumCRC32: `sum-${asked.length}` });
        return answer;
      },
    { step: 'initialize', name: 'watch' },
  );
  return { client, asked };
}

describe(createUploader, () => {
  it.each([
    ['one request for exactly a part', partBytes, ['PutObjectCommand']],
    [
      'two parts for a byte more',
      partBytes + 1,
      ['CreateMultipartUploadCommand', 'UploadPartCommand', 'UploadPartCommand', 'CompleteMultipartUploadCommand'],
    ],
    [
      'no empty part behind two whole ones',
      2 * partBytes,
      ['CreateMultipartUploadCommand', 'UploadPartCommand', 'UploadPartCommand', 'CompleteMultipartUploadCommand'],
    ],
  ])('makes %s', async (what, length, requests) => {
    const { client, asked } = watchedClient();
    const bytes = randomBytes(length);
    expect(await createUploader(client)(targetOf(what), inChunks(bytes), never)).toBe(length);
    expect(asked.map(({ name }) => name)).toEqual(requests);
    expect(await storedDigest(what)).toBe(digestOf(bytes));
  });

  it('announces the checksums of the parts and names them at the end, without which S3 refuses the object', async () => {
    const { client, asked } = watchedClient();
    await createUploader(client)(targetOf('checksums'), inChunks(randomBytes(partBytes + 1)), never);
    const [begun, first, second, completed] = asked.map(({ input }) => input);
    for (const input of [begun, first, second]) expect(input).toMatchObject({ ChecksumAlgorithm: 'CRC32' });
    const parts = (completed as CompleteMultipartUploadCommandInput).MultipartUpload?.Parts ?? [];
    expect(parts.map(({ PartNumber }) => PartNumber)).toEqual([1, 2]);
    for (const { ETag, ChecksumCRC32 } of parts) {
      expect(ETag).toBeTruthy();
      expect(ChecksumCRC32).toMatch(/^sum-/);
    }
  });

  it('keeps uploads apart that run side by side and one after the other', async () => {
    const upload = createUploader(emulators.s3);
    const objects = Array.from({ length: 4 }, (_, index) => ({
      key: `apart/${index}`,
      bytes: randomBytes(partBytes + index * 1_000_003),
    }));
    const send = ({ key, bytes }: (typeof objects)[number]) => upload(targetOf(key), inChunks(bytes), never);
    await Promise.all(objects.slice(0, 2).map(send));
    await Promise.all(objects.slice(2).map(send));
    for (const { key, bytes } of objects) expect(await storedDigest(key)).toBe(digestOf(bytes));
  });

  it('copies what it is given, so that a source may use its own buffer again', async () => {
    const chunk = Buffer.alloc(64 * 1024);
    async function* reusing() {
      for (let index = 0; index < 100; index += 1) yield chunk.fill(index);
    }
    const expected = Buffer.concat(Array.from({ length: 100 }, (_, index) => Buffer.alloc(chunk.length, index)));
    await createUploader(emulators.s3)(targetOf('reused'), reusing(), never);
    expect(await storedDigest('reused')).toBe(digestOf(expected));
  });
});
