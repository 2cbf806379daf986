import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { HeadObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3ImageStore } from '../../../lambda/adapters/s3/s3-image-store.ts';
import { startObjectsAndQueues, type TestObjectsAndQueues } from '../../support/emulators.ts';
import { inChunks, pngBytes } from '../../support/image-bytes.ts';
import { imageStoreContract } from './image-store-contract.ts';

const bucketName = 'images';
let emulators: TestObjectsAndQueues;
beforeAll(async () => {
  emulators = await startObjectsAndQueues();
  await emulators.createBucket(bucketName);
});
afterAll(() => emulators.close());

async function contentTypes(): Promise<Record<string, string>> {
  const { Contents = [] } = await emulators.s3.send(new ListObjectsV2Command({ Bucket: bucketName }));
  const heads = Contents.map(async ({ Key = '' }) => {
    const { ContentType } = await emulators.s3.send(new HeadObjectCommand({ Bucket: bucketName, Key }));
    return [Key, ContentType ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(heads));
}

/** Counts a client's multipart uploads that are neither complete nor taken back: the emulator can't list them. */
function countUploads(client: S3Client): { unfinished: number } {
  const uploads = { unfinished: 0 };
  const effects: Record<string, number> = {
    CreateMultipartUploadCommand: 1,
    CompleteMultipartUploadCommand: -1,
    AbortMultipartUploadCommand: -1,
  };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const answer = await next(args);
        uploads.unfinished += effects[commandName] ?? 0;
        return answer;
      },
    { step: 'initialize', name: 'countUploads' },
  );
  return uploads;
}

imageStoreContract('createS3ImageStore', async () => {
  const client = emulators.newS3Client();
  const uploads = countUploads(client);
  const store = createS3ImageStore(client, { bucketName });
  return { store, contentTypes, unfinishedUploads: async () => uploads.unfinished };
});

describe('createS3ImageStore, at a fault', () => {
  it('does not take a bucket that is gone for an object that is not there', async () => {
    const store = createS3ImageStore(emulators.s3, { bucketName: 'no-such-bucket' });
    await expect(store.findJson('any.json')).rejects.toThrow('any.json');
    await expect(store.save('any', inChunks(pngBytes(100)), new AbortController().signal)).rejects.toThrow();
  });
});

describe('createS3ImageStore, when the signal fires after the last byte was read', () => {
  it.each([
    ['one request', 300_000, 'PutObjectCommand'],
    ['parts', 6 * 1024 * 1024, 'CompleteMultipartUploadCommand'],
  ])(
    'throws, and leaves the whole object that was uploaded in %s, on which another may count',
    async (_, length, lastCommand) => {
      const stop = new AbortController();
      const reason = new Error('the lease was lost');
      const client = emulators.newS3Client();
      client.middlewareStack.add(
        (next, context) => async (args) => {
          const answer = await next(args);
          if (context.commandName === lastCommand) stop.abort(reason);
          return answer;
        },
        { step: 'initialize', name: 'fireSignal' },
      );
      const store = createS3ImageStore(client, { bucketName });
      await expect(store.save('last-byte/1', inChunks(pngBytes(length)), stop.signal)).rejects.toBe(reason);
      expect(await buffer(await store.open('last-byte/1.png'))).toHaveLength(length);
    },
  );
});

describe('createS3ImageStore, when a part is refused', () => {
  it('throws, leaves nothing, and stops reading the source', async () => {
    const client = emulators.newS3Client();
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'UploadPartCommand') throw new Error('no more room');
        return next(args);
      },
      { step: 'initialize', name: 'refuseParts' },
    );
    const uploads = countUploads(client);
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* inChunks(pngBytes(6 * 1024 * 1024));
        await new Promise(() => {});
      } finally {
        closed = true;
      }
    }
    const store = createS3ImageStore(client, { bucketName });
    await expect(store.save('refused/1', source(), new AbortController().signal)).rejects.toThrow('no more room');
    expect(closed).toBe(true);
    expect(uploads.unfinished).toBe(0);
  });
});

describe('createS3ImageStore, when S3 does not answer', () => {
  it.concurrent.each([
    ['a small image', 300_000],
    ['a large image', 6 * 1024 * 1024],
  ])('gives up on %s when the signal fires', async (_, length) => {
    const stop = new AbortController();
    const reason = new Error('the lease was lost');
    const silent = createServer(() => setTimeout(() => stop.abort(reason), 20));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const client = emulators.newS3Client(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    try {
      const store = createS3ImageStore(client, { bucketName });
      await expect(store.save('silent/1', inChunks(pngBytes(length)), stop.signal)).rejects.toBe(reason);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});
