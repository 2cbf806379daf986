import { Readable } from 'node:stream';
import { CopyObjectCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { FileReads, InspectedObject } from '../../domain/files/file-objects.ts';
import { mediaTypeOf } from '../../domain/images/image.ts';
import { readGrowingHead } from './growing-head.ts';

/** How often an inspection begins anew since its object was replaced in the middle of it. */
const maxInspections = 3;

/**
 * Uploaded files in an S3 bucket. The reading role needs `s3:ListBucket` besides `s3:GetObject`: without it S3 answers a
 * missing key with AccessDenied, which is thrown as a fault.
 */
export function createS3FileReads(client: S3Client, settings: { readonly bucketName: string }): FileReads {
  const { bucketName: Bucket } = settings;

  async function inspect(Key: string): Promise<InspectedObject | 'changed' | 'gone'> {
    for (let inspections = 1; ; inspections += 1) {
      try {
        return await inspectOnce(client, { Bucket, Key });
      } catch (error) {
        // Empty objects have no first byte.
        if (isNamed(error, 'InvalidRange')) return { facts: undefined, bytes: 0, etag: '' };
        const outcome = replacement(error);
        if (outcome === 'gone' || inspections === maxInspections) return outcome;
      }
    }
  }

  return {
    inspect,
    async open(Key, etag) {
      const opened = await client.send(new GetObjectCommand({ Bucket, Key, IfMatch: etag })).catch(replacement);
      if (typeof opened === 'string') return opened;
      if (!(opened.Body instanceof Readable)) throw new Error(`S3 returned the object ${Key} without a stream.`);
      return opened.Body;
    },
    async copy(from, etag, to, type) {
      const command = new CopyObjectCommand({
        Bucket,
        Key: to,
        CopySource: encodeURI(`${Bucket}/${from}`),
        CopySourceIfMatch: etag,
        // The type that the bytes have, and not the one that was declared of them.
        MetadataDirective: 'REPLACE',
        ContentType: mediaTypeOf(type),
      });
      const copied = await client.send(command).catch(replacement);
      return typeof copied === 'string' ? copied : 'copied';
    },
  };
}

/** Reads ranges of one and the same object: its ETag is that of the first. */
async function inspectOnce(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
): Promise<InspectedObject> {
  let [bytes, etag] = [Number.POSITIVE_INFINITY, ''];
  const { facts } = await readGrowingHead(async (wanted, from) => {
    if (from >= bytes) return [];
    const Range = `bytes=${from}-${from + wanted - 1}`;
    const answer = await client.send(
      new GetObjectCommand({ ...object, Range, ...(etag === '' ? {} : { IfMatch: etag }) }),
    );
    if (answer.ETag === undefined || answer.Body === undefined) {
      throw new Error(`S3 returned the object ${object.Key} without its ETag or its bytes.`);
    }
    etag = answer.ETag;
    bytes = wholeLength(answer.ContentRange);
    return [await answer.Body.transformToByteArray()];
  });
  return { facts, bytes, etag };
}

/** Source: RFC 9110, 14.4. */
function wholeLength(contentRange = ''): number {
  const length = /^bytes \d+-\d+\/(\d+)$/.exec(contentRange)?.[1];
  if (length === undefined) throw new Error(`S3 returned a range without the object's length: ${contentRange}.`);
  return Number(length);
}

/** What has become of an object that S3 doesn't give as it was; any other error is thrown on. */
function replacement(error: unknown): 'changed' | 'gone' {
  if (isNamed(error, 'PreconditionFailed')) return 'changed';
  if (isNamed(error, 'NoSuchKey')) return 'gone';
  throw error;
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
