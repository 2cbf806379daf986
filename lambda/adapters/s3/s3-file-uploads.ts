import { HeadObjectCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { FileUploads } from '../../domain/files/file-objects.ts';
import { createS3ImageStore } from './s3-image-store.ts';

/**
 * Objects of files in an S3 bucket. The role needs `s3:ListBucket` besides `s3:GetObject`: without it S3 answers a missing
 * key with 403, which is thrown as a fault.
 */
export function createS3FileUploads(client: S3Client, settings: { readonly bucketName: string }): FileUploads {
  const { bucketName: Bucket } = settings;
  const { put, remove } = createS3ImageStore(client, settings);
  return {
    put,
    remove,
    /**
     * What the policy says, S3 checks: the key and the media type to the letter, the length before it keeps anything.
     * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html A form that is signed by a Lambda's
     * role expires with the role's session at the latest.
     */
    uploadForm: ({ key, bytes, contentType, seconds }) =>
      createPresignedPost(client, {
        Bucket,
        Key: key,
        Conditions: [['content-length-range', bytes, bytes]],
        Fields: { 'Content-Type': contentType },
        Expires: seconds,
      }),
    async length(key) {
      try {
        return (await client.send(new HeadObjectCommand({ Bucket, Key: key }))).ContentLength;
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },
  };
}
