/**
 * Verifies requests that are signed with AWS Signature Version 4 (SigV4), as the service would: form, scope, age, the
 * body's digest and the signature itself. Sources:
 * docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; the error messages are those of
 * AWS services.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ReceivedRequest } from './received-request.ts';

/** How an AWS service refuses a request that it can't tie to an account. */
export interface SignatureFault {
  readonly type: string;
  readonly message: string;
}

export interface ExpectedSignature {
  readonly service: string;
  readonly regions: readonly string[];
  /** The secret of each access key. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly now: number;
}

interface Signature {
  readonly accessKey: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const form =
  /^AWS4-HMAC-SHA256 Credential=([\w-]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

export function readSignature(authorization: string | undefined): Signature | undefined {
  const [, accessKey = '', day = '', region = '', service = '', headers = '', signature = ''] =
    form.exec(authorization ?? '') ?? [];
  return signature === ''
    ? undefined
    : { accessKey, day, region, service, signedHeaders: headers.split(';'), signature };
}

/** AWS takes requests that are five minutes off. */
const maxSkewMilliseconds = 5 * 60_000;

/** Headers that must be signed, besides any others. */
const neededHeaders = ['content-type', 'host', 'x-amz-content-sha256', 'x-amz-date'];

/** What is wrong with a request's signature; undefined for a good one. */
export function signatureFault(request: ReceivedRequest, expected: ExpectedSignature): SignatureFault | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return fault('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const given = readSignature(authorization);
  if (given === undefined) return fault('IncompleteSignatureException', 'Authorization header is not well formed.');
  const secret = Object.hasOwn(expected.secrets, given.accessKey) ? expected.secrets[given.accessKey] : undefined;
  if (secret === undefined) {
    return fault('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const broken = brokenScope(request, given, expected) ?? brokenDigest(request);
  if (broken !== undefined) return fault('InvalidSignatureException', broken);
  const made = Buffer.from(signatureOf(request, given, secret), 'hex');
  if (timingSafeEqual(made, Buffer.from(given.signature, 'hex'))) return undefined;
  return fault(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  );
}

const fault = (type: string, message: string): SignatureFault => ({ type, message });

function brokenScope(request: ReceivedRequest, given: Signature, expected: ExpectedSignature): string | undefined {
  const { service, regions, now } = expected;
  if (given.service !== service) return `Credential should be scoped to correct service: '${service}'.`;
  if (!regions.includes(given.region)) return `Credential should be scoped to a valid region, not '${given.region}'.`;
  const missing = neededHeaders.find((name) => !given.signedHeaders.includes(name));
  if (missing !== undefined) return `'${missing}' must be a 'SignedHeader' in the AWS Authorization.`;
  const token = request.headers['x-amz-security-token'];
  if (token !== undefined && !given.signedHeaders.includes('x-amz-security-token')) {
    return "'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.";
  }
  const date = String(request.headers['x-amz-date']);
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const at = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  if (!(Math.abs(now - at) <= maxSkewMilliseconds)) return `Signature expired: ${date} is not near the current time.`;
  return date.startsWith(given.day) ? undefined : 'Date in Credential scope does not match YYYYMMDD from ISO-8601.';
}

const brokenDigest = ({ headers, bodySha256 }: ReceivedRequest): string | undefined =>
  headers['x-amz-content-sha256'] === bodySha256
    ? undefined
    : "The provided 'x-amz-content-sha256' header does not match what was computed.";

function signatureOf(request: ReceivedRequest, given: Signature, secret: string): string {
  const { day, region, service, signedHeaders } = given;
  const [path = '', query = ''] = request.target.split('?');
  const canonical = [
    request.method,
    // Each part of the path is encoded once more than it is sent.
    path.split('/').map(encoded).join('/'),
    query.split('&').toSorted().join('&'),
    ...signedHeaders.map((name) => `${name}:${String(request.headers[name]).trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    request.bodySha256,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
