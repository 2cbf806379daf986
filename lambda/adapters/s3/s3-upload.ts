import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { ByteStream } from '../../domain/images/image.ts';
import { s3Limits } from '../../domain/service-limits.ts';

/** Multipart upload with backpressure, part by part: S3 accepts no smaller parts, except the last. */
const partBytes = s3Limits.minPartBytes;

/** Tidying up must not outlast the lease that the caller may be about to lose. */
const tidyingMilliseconds = 3000;

/** The checksum that the SDK sends with each part by itself; S3 rejects the parts unless it is declared up front. */
const ChecksumAlgorithm = 'CRC32';

/** Where an object goes, and what it is. */
export interface UploadTarget {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
}

/**
 * Streams an object of unknown length into a bucket and returns its length. Backpressure: the stream is read no faster
 * than S3 takes it. A small object takes one request, a large one a multipart upload. Where the stream fails, or S3
 * does, or the signal fires before the object is complete, it aborts the multipart upload and throws the stream's own
 * error, S3's, or the signal's reason. A complete object may have arrived even so, and is kept: another writer of the
 * same key may rely on it, so only a caller that knows that there is none may delete it.
 */
export type UploadStream = (target: UploadTarget, bytes: ByteStream, signal: AbortSignal) => Promise<number>;

/**
 * Each upload in progress collects its parts in one buffer, however long it is, and buffers are reused by later
 * uploads. The SDK's own `Upload` allocates new ones for every part, which are garbage-collected only after tens of
 * megabytes have piled up: with it a job of ten large images took twice the memory (`bench/memory.ts`).
 */
export function createUploader(client: S3Client): UploadStream {
  const idleBuffers: Buffer[] = [];
  return async (target, bytes, signal) => {
    const upload = new PartedUpload(client, target, signal);
    try {
      const buffer = idleBuffers.pop() ?? Buffer.allocUnsafeSlow(partBytes);
      const length = await sendAll(upload, bytes, buffer);
      // Only now: a request that was given up may still hold on to the buffer.
      idleBuffers.push(buffer);
      signal.throwIfAborted();
      return length;
    } catch (error) {
      await upload.abort();
      throw signal.aborted ? signal.reason : error;
    }
  };
}

/**
 * One part at a time: when a part or the stream fails, nothing else is in flight and the whole upload can be aborted.
 */
async function sendAll(upload: PartedUpload, bytes: ByteStream, buffer: Buffer): Promise<number> {
  let length = 0;
  let filled = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    for (let rest = chunk; rest.length > 0; ) {
      if (filled === buffer.length) {
        await upload.sendPart(buffer);
        filled = 0;
      }
      const fitting = rest.subarray(0, buffer.length - filled);
      buffer.set(fitting, filled);
      filled += fitting.length;
      rest = rest.subarray(fitting.length);
    }
  }
  await upload.sendLast(buffer.subarray(0, filled));
  return length;
}

class PartedUpload {
  private readonly client: S3Client;
  private readonly target: UploadTarget;
  private readonly options: { readonly abortSignal: AbortSignal };
  private readonly parts: CompletedPart[] = [];
  /** Set with the first part. */
  private uploadId: string | undefined;

  constructor(client: S3Client, target: UploadTarget, signal: AbortSignal) {
    this.client = client;
    this.target = target;
    this.options = { abortSignal: signal };
  }

  async sendPart(Body: Buffer): Promise<void> {
    const { Bucket, Key } = this.target;
    const UploadId = await this.begun();
    const PartNumber = this.parts.length + 1;
    const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm });
    const { ETag, ChecksumCRC32 } = await this.client.send(command, this.options);
    this.parts.push({ PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) });
  }

  /** Ends the upload with these bytes, which are all of it where no part went before. */
  async sendLast(Body: Buffer): Promise<void> {
    if (this.uploadId === undefined) {
      await this.client.send(new PutObjectCommand({ ...this.target, Body }), this.options);
      return;
    }
    await this.sendPart(Body);
    const { Bucket, Key } = this.target;
    const MultipartUpload = { Parts: this.parts };
    const UploadId = this.uploadId;
    await this.client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }),
      this.options,
    );
  }

  /** Where even this fails, the bucket's lifecycle rule cleans up: the first error is the one that is thrown. */
  async abort(): Promise<void> {
    const { Bucket, Key } = this.target;
    const UploadId = this.uploadId;
    if (UploadId === undefined) return;
    const options = { abortSignal: AbortSignal.timeout(tidyingMilliseconds) };
    await this.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), options).catch(() => {});
  }

  private async begun(): Promise<string> {
    if (this.uploadId !== undefined) return this.uploadId;
    const command = new CreateMultipartUploadCommand({ ...this.target, ChecksumAlgorithm });
    const { UploadId } = await this.client.send(command, this.options);
    if (UploadId === undefined) throw new Error(`S3 started a multipart upload of ${this.target.Key} without an id.`);
    this.uploadId = UploadId;
    return UploadId;
  }
}
