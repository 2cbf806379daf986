import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  answerClassPrefix,
  fileClassPrefix,
  inputClassPrefix,
  resultClassPrefix,
  retentionClasses,
} from '../../lambda/domain/jobs/retention.ts';

/** How the images are kept. */
export interface ImageBucketProps {
  /** Whether the images are deleted with the stack; DESTROY works only on a bucket that was emptied before. */
  readonly removalPolicy: RemovalPolicy;
  /** The origins whose scripts may upload files; where there are any, scripts of all origins may read what links lead to. */
  readonly allowedOrigins: readonly string[];
}

/**
 * The kinds of objects, each below a prefix of its own so that a role can be held to one of them; `cache`: known answers,
 * `files`: uploads of callers.
 */
export type ObjectKind = 'inputs' | 'results' | 'cache' | 'files';

/**
 * The private bucket of inputs, results, known answers and files. Lifecycle sweeps it by retention class; access ends earlier, with each job.
 */
export class ImageBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: ImageBucketProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      // A deleted image has to be gone, so no old version of it may stay.
      versioned: false,
      removalPolicy: props.removalPolicy,
      lifecycleRules: [...retentionRules(), abandonedUploadsRule],
      ...(props.allowedOrigins.length > 0 && { cors: [readByScripts, uploadedByScripts(props.allowedOrigins)] }),
    });
  }

  /** Allows exactly these S3 actions, such as `GetObject`, on the objects of one kind. */
  grantObjects(grantee: iam.IGrantable, kind: ObjectKind, ...actions: readonly string[]): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `s3:${action}`),
      resourceArns: [this.bucket.arnForObjects(`${kind}/*`)],
    });
  }

  /**
   * Allows listing the keys. Without it S3 answers 403 for a missing object, and a missing manifest would look like a
   * denied one. It isn't restricted to a prefix: a request for one object has none, and it is undocumented whether its
   * key counts as one.
   */
  grantMissingKeys(grantee: iam.IGrantable): void {
    iam.Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn] });
  }
}

/**
 * For `fetch` of an image's link. Where a request is sent on from one foreign origin to another, as from the API to the
 * bucket, browsers say `Origin: null`, so that no list of origins could let it through:
 * https://fetch.spec.whatwg.org/#concept-request-tainted-origin What guards an image is the presigned address, with
 * this rule as without.
 */
const readByScripts: s3.CorsRule = {
  allowedOrigins: ['*'],
  allowedMethods: [s3.HttpMethods.GET, s3.HttpMethods.HEAD],
  allowedHeaders: ['*'],
  exposedHeaders: ['ETag'],
  maxAge: 3600,
};

/**
 * For presigned POSTs, which pages send to the bucket itself. Origins are spelled as S3 takes them: one `*` at most in each.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 */
const uploadedByScripts = (allowedOrigins: readonly string[]): s3.CorsRule => ({
  allowedOrigins: [...allowedOrigins],
  allowedMethods: [s3.HttpMethods.POST],
  allowedHeaders: ['*'],
  maxAge: 3600,
});

const retentionRules = (): s3.LifecycleRule[] =>
  retentionClasses.flatMap((days) =>
    [inputClassPrefix, resultClassPrefix, answerClassPrefix, fileClassPrefix]
      .map((prefixOf) => prefixOf(days))
      .map((prefix) => ({
        id: `expire-${prefix.replace('/', '-').replace('/', '')}`,
        prefix,
        expiration: Duration.days(days),
      })),
  );

/**
 * Incomplete multipart uploads of crashed workers are in no object listing, and would be billed until they are deleted
 * by hand.
 */
const abandonedUploadsRule: s3.LifecycleRule = {
  id: 'abort-abandoned-uploads',
  abortIncompleteMultipartUploadAfter: Duration.days(1),
};
