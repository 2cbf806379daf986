import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { mediaTypeOf } from '../../domain/images/image.ts';
import type { StorageLinks } from '../../domain/ports.ts';

/**
 * Presigned URLs of objects in an S3 bucket. One that is signed by a Lambda's role expires with the role's session at
 * the latest, so request minutes, not hours. Fractions of a second are dropped. The method is signed, too: a URL for
 * GET answers HEAD with 403. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function createS3StorageLinks(client: S3Client, settings: { readonly bucketName: string }): StorageLinks {
  return {
    linkTo(key, type, seconds, method) {
      const asked = { Bucket: settings.bucketName, Key: key, ResponseContentType: mediaTypeOf(type) };
      const command = method === 'HEAD' ? new HeadObjectCommand(asked) : new GetObjectCommand(asked);
      return getSignedUrl(client, command, { expiresIn: Math.max(1, Math.floor(seconds)) });
    },
  };
}
