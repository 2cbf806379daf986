import { Readable } from 'node:stream';
import { AbortMultipartUploadCommand, DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ByteStream } from '../domain/image.ts';

/** S3 takes no smaller parts; each upload holds a few of them in memory, however long it is. */
const partBytes = 5 * 1024 * 1024;

/** Tidying up must not outlast the lease that the caller may be about to lose. */
const tidyingMilliseconds = 3000;

/** Where an object goes, and what it is. */
export interface UploadTarget {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
}

/**
 * Streams an object of unknown length into the bucket and gives its length. A small one goes in one request, a large one
 * in parts. Where the stream fails, or S3 does, or the signal fires before the object stands, it takes back what it has
 * sent and throws: the stream's own error, S3's, or the signal's reason.
 */
export async function uploadStream(
  client: S3Client,
  target: UploadTarget,
  bytes: ByteStream,
  signal: AbortSignal,
): Promise<number> {
  const length = { bytes: 0 };
  const Body = Readable.from(counted(bytes, length));
  try {
    // One part at a time: when one fails, or the stream does, nothing else is under way and all of it can be taken back.
    const settings = { params: { ...target, Body }, partSize: partBytes, queueSize: 1, leavePartsOnError: false };
    await new Upload({ client: boundTo(signal, client), ...settings }).done();
    signal.throwIfAborted();
    return length.bytes;
  } catch (error) {
    await discard(client, target);
    throw signal.aborted ? signal.reason : error;
  } finally {
    Body.destroy();
  }
}

/** The client with each request ended by the signal, which `Upload` doesn't do, but for the one that takes parts back. */
function boundTo(signal: AbortSignal, client: S3Client): S3Client {
  const send = (command: Parameters<S3Client['send']>[0]) => {
    const isTidying = command instanceof AbortMultipartUploadCommand;
    return client.send(command, { abortSignal: isTidying ? AbortSignal.timeout(tidyingMilliseconds) : signal });
  };
  return Object.assign(Object.create(client), { send });
}

/** A failed upload may still have arrived. Where even this fails, the lifecycle rule sweeps: the first error is the one. */
async function discard(client: S3Client, { Bucket, Key }: UploadTarget): Promise<void> {
  const abortSignal = AbortSignal.timeout(tidyingMilliseconds);
  await client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal }).catch(() => {});
}

async function* counted(stream: ByteStream, length: { bytes: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    length.bytes += chunk.length;
    yield chunk;
  }
}
