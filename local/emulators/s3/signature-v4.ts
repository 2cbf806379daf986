import { createHmac, timingSafeEqual } from 'node:crypto';
import { S3Refusal } from './s3-refusal.ts';

/** The one account of the emulator, and its region. */
export interface Account {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The only algorithm of SigV4: docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html */
export const signatureAlgorithm = 'AWS4-HMAC-SHA256';

/** The text that scopes a signing key: `day/region/s3/aws4_request`. */
export interface Scope {
  readonly day: string;
  readonly text: string;
}

/**
 * The scope of a credential `access-key/day/region/s3/aws4_request`. Throws a refusal for another access key, region or
 * service. S3 documents the code for query parameters only; for form fields the same one is assumed.
 */
export function scopeOf(credential: string, { region, credentials }: Account): Scope {
  const [accessKeyId, day = '', givenRegion, service, end, ...rest] = credential.split('/');
  if (end !== 'aws4_request' || rest.length > 0 || !/^\d{8}$/.test(day)) {
    throw malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  }
  if (accessKeyId !== credentials.accessKeyId) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    throw new S3Refusal(403, 'InvalidAccessKeyId', message, { AWSAccessKeyId: accessKeyId ?? '' });
  }
  if (givenRegion !== region) throw malformed(`the region '${givenRegion}' is wrong; expecting '${region}'`);
  if (service !== 's3') throw malformed(`incorrect service "${service}". This endpoint belongs to "s3".`);
  return { day, text: `${day}/${region}/s3/aws4_request` };
}

/** A 400 about the parameters of a signature. */
export const badParameters = (message: string): S3Refusal =>
  new S3Refusal(400, 'AuthorizationQueryParametersError', message);

const malformed = (reason: string): S3Refusal =>
  badParameters(`Error parsing the X-Amz-Credential parameter; ${reason}`);

/** Throws a refusal unless the signature is the one that the account's secret makes of the text. */
export function checkSignature(given: string, text: string, scope: Scope, { credentials }: Account): void {
  const seed = `AWS4${credentials.secretAccessKey}`;
  const key = scope.text.split('/').reduce<Buffer | string>((made, part) => hmac(made, part), seed);
  const made = hmac(key, text);
  const bytes = Buffer.from(given, 'hex');
  if (bytes.length === made.length && timingSafeEqual(bytes, made)) return;
  throw new S3Refusal(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}

/** A time as SigV4 writes it, `20261129T021500Z`, in epoch milliseconds; undefined for other text. */
export function readAmzDate(text: string): number | undefined {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const time = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  return Number.isNaN(time) ? undefined : time;
}

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
