import {
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3FileReads } from '../../../lambda/adapters/s3/s3-file-reads.ts';
import { startObjectsAndQueues, type TestObjectsAndQueues } from '../../support/emulators.ts';
import { jpegFrame, jpegOf, jpegSegment, pngBytes } from '../../support/image-bytes.ts';
import { createMemoryFileReads } from '../../support/memory-file-reads.ts';
import { createMemoryImageStore } from '../../support/memory-image-store.ts';
import { fileReadsContract } from './file-reads-contract.ts';

const Bucket = 'images';
let emulators: TestObjectsAndQueues;
beforeAll(async () => {
  emulators = await startObjectsAndQueues();
  await emulators.createBucket(Bucket);
});
afterAll(() => emulators.close());

const put = async (Key: string, Body: Uint8Array, ContentType = 'image/png') => {
  await emulators.s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
};

/**
 * S3 compares the ETag of what it copies; this emulator doesn't.
 * docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html, x-amz-copy-source-if-match
 */
function comparingClient(): S3Client {
  const client: S3Client = emulators.newS3Client();
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'CopyObjectCommand') await compare(args.input as CopyObjectCommandInput);
        return next(args);
      },
    { step: 'initialize', name: 'compare' },
  );
  return client;
}

async function compare({ CopySource = '', CopySourceIfMatch }: CopyObjectCommandInput): Promise<void> {
  const Key = decodeURI(CopySource).slice(`${Bucket}/`.length);
  const source = await emulators.s3.send(new HeadObjectCommand({ Bucket, Key })).catch(() => undefined);
  if (source && source.ETag !== CopySourceIfMatch) {
    throw Object.assign(new Error('At least one of the pre-conditions did not hold'), { name: 'PreconditionFailed' });
  }
}

fileReadsContract('createS3FileReads', async () => ({
  reads: createS3FileReads(comparingClient(), { bucketName: Bucket }),
  put,
  remove: async (Key) => void (await emulators.s3.send(new DeleteObjectCommand({ Bucket, Key }))),
  async read(Key) {
    const found = await emulators.s3.send(new GetObjectCommand({ Bucket, Key })).catch(() => undefined);
    return found?.Body && { bytes: await found.Body.transformToByteArray(), contentType: found.ContentType ?? '' };
  },
}));

fileReadsContract('createMemoryFileReads', async () => {
  const images = createMemoryImageStore();
  return {
    reads: createMemoryFileReads(images),
    put: images.put,
    remove: (key) => images.remove([key]),
    read: async (key) => images.objects.get(key),
  };
});

/** Runs something before each request of a client, and keeps what was asked. */
function watched(before: (input: object, asked: number) => Promise<void> = async () => {}) {
  const client: S3Client = emulators.newS3Client();
  const inputs: object[] = [];
  client.middlewareStack.add(
    (next) => async (args) => {
      await before(args.input, inputs.length);
      inputs.push(args.input);
      return next(args);
    },
    { step: 'initialize', name: 'watch' },
  );
  return { reads: createS3FileReads(client, { bucketName: Bucket }), inputs };
}

/** A jpeg whose size takes two reads to see. */
const deepJpeg = (width: number): Buffer =>
  jpegOf(...Array.from({ length: 6 }, () => jpegSegment(0xeb, Buffer.alloc(60_000))), jpegFrame(width, 480));

describe(createS3FileReads, () => {
  it('reads no more of a large object than its header needs', async () => {
    await put('files/r2/large', pngBytes(2_000_000));
    const { reads, inputs } = watched();
    expect(await reads.inspect('files/r2/large')).toMatchObject({ bytes: 2_000_000 });
    expect(inputs).toEqual([{ Bucket, Key: 'files/r2/large', Range: 'bytes=0-262143' }]);
  });

  it('asks for the later bytes of the object whose first it has seen, and begins anew where it was replaced', async () => {
    await put('files/r2/twice', deepJpeg(640));
    const { reads, inputs } = watched(async (_, asked) => {
      if (asked === 1) await put('files/r2/twice', deepJpeg(320));
    });
    expect(await reads.inspect('files/r2/twice')).toMatchObject({ facts: { width: 320 } });
    const [, second] = inputs;
    expect(second).toMatchObject({ Range: 'bytes=262144-524287', IfMatch: expect.stringMatching(/^"\w+"$/) });
    expect(inputs).toHaveLength(4);
  });

  it('gives up on an object that is replaced again and again', async () => {
    await put('files/r2/restless', deepJpeg(1));
    const { reads, inputs } = watched(async (_, asked) => put('files/r2/restless', deepJpeg(asked + 2)));
    expect(await reads.inspect('files/r2/restless')).toBe('changed');
    expect(inputs).toHaveLength(6);
  });

  it('has S3 compare what it copies, opens, and copies it without its declared type', async () => {
    await put('files/r2/ä b', pngBytes(500));
    const { reads, inputs } = watched();
    const inspected = await reads.inspect('files/r2/ä b');
    const etag = typeof inspected === 'string' ? inspected : inspected.etag;
    expect(await reads.copy('files/r2/ä b', etag, 'inputs/1.png', 'png')).toBe('copied');
    for await (const _ of await reads.open('files/r2/ä b', etag));
    expect(inputs.slice(1)).toEqual([
      {
        Bucket,
        Key: 'inputs/1.png',
        CopySource: 'images/files/r2/%C3%A4%20b',
        CopySourceIfMatch: etag,
        MetadataDirective: 'REPLACE',
        ContentType: 'image/png',
      },
      { Bucket, Key: 'files/r2/ä b', IfMatch: etag },
    ]);
  });

  it('takes a fault for no answer', async () => {
    const reads = createS3FileReads(emulators.s3, { bucketName: 'no-such-bucket' });
    await expect(reads.inspect('a')).rejects.toThrow();
    await expect(reads.copy('a', '"b"', 'c', 'png')).rejects.toThrow();
  });
});
