import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { scanned } from '../../domain/bytes/byte-scan.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { contentCredentials } from '../../domain/images/content-credentials.ts';
import { type ByteStream, mediaTypeOf, type StoredImage } from '../../domain/images/image.ts';
import type { ImageStore } from '../../domain/ports.ts';
import { s3Limits } from '../../domain/service-limits.ts';
import { readHead } from './image-head.ts';
import { createUploader } from './s3-upload.ts';

/**
 * Objects in an S3 bucket. The reading role needs `s3:ListBucket` besides `s3:GetObject`: without it S3 answers a
 * missing key with AccessDenied, which is thrown as a fault.
 */
export function createS3ImageStore(client: S3Client, settings: { readonly bucketName: string }): ImageStore {
  const { bucketName: Bucket } = settings;
  const upload = createUploader(client);

  async function put(key: string, bytes: Uint8Array, contentType: string): Promise<void> {
    await client.send(new PutObjectCommand({ Bucket, Key: key, Body: bytes, ContentType: contentType }));
  }

  async function read(key: string): Promise<Readable> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
    if (!(Body instanceof Readable)) throw new Error(`S3 returned the object ${key} without a stream.`);
    return Body;
  }

  async function save(keyWithoutExtension: string, bytes: ByteStream, signal: AbortSignal) {
    const image = await readHead(bytes, signal);
    if (!image) return undefined;
    const key = `${keyWithoutExtension}.${image.facts.type}`;
    const target = { Bucket, Key: key, ContentType: mediaTypeOf(image.facts.type) };
    const { bytes: passing, verdict } = scanned(image.bytes, contentCredentials(image.facts.type));
    const length = await upload(target, passing, signal);
    const credentials = verdict() ? { hasContentCredentials: true as const } : {};
    return { ...image.facts, key, bytes: length, ...credentials } satisfies StoredImage;
  }

  async function copy(from: string, to: string): Promise<boolean> {
    try {
      // The source goes in a header, URL-encoded, and its media type is copied with it:
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
      await client.send(new CopyObjectCommand({ Bucket, Key: to, CopySource: encodeURI(`${Bucket}/${from}`) }));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async function findJson(key: string): Promise<JsonValue | undefined> {
    try {
      const body = await read(key);
      return JSON.parse(Buffer.concat(await body.toArray()).toString('utf8')) as JsonValue;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw new Error(`The object ${key} can't be read as JSON.`, { cause: error });
    }
  }

  async function remove(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += s3Limits.keysPerDeletion) {
      const Objects = keys.slice(at, at + s3Limits.keysPerDeletion).map((Key) => ({ Key }));
      const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      const [first] = Errors;
      if (first)
        throw new Error(`${Errors.length} objects could not be deleted, the first is ${first.Key}: ${first.Code}.`);
    }
  }

  return {
    put,
    save,
    copy,
    findJson,
    remove,
    async open(key) {
      return read(key).catch((cause: unknown) => {
        throw new Error(`The object ${key} can't be opened.`, { cause });
      });
    },
    putJson: (key, value) => put(key, Buffer.from(JSON.stringify(value)), 'application/json'),
  };
}

/** CopyObject's errors aren't among those that the SDK has classes for. */
const isMissing = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchKey';
