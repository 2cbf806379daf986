/** Presigned addresses: docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { accessDenied, S3Refusal } from './s3-refusal.ts';
import {
  type Account,
  badParameters,
  checkSignature,
  readAmzDate,
  type Scope,
  scopeOf,
  signatureAlgorithm,
} from './signature-v4.ts';

const neededParameters = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;

type Parameters = Readonly<Record<(typeof neededParameters)[number], string>>;

/** A week, the longest that a presigned address may live. */
const maxExpiresSeconds = 604_800;
/** How far a signer's clock may be ahead. */
const maxSkewMilliseconds = 15 * 60_000;

/** Whether a request's address bears a signature, if only a part of one. */
export const isPresigned = (query: URLSearchParams): boolean => neededParameters.some((name) => query.has(name));

/** Checks a presigned address at `now` (epoch ms): throws a refusal for one that is altered, expired or for another method. */
export function checkPresigned(request: IncomingMessage, query: URLSearchParams, account: Account, now: number): void {
  const parameters = readParameters(query);
  const scope = scopeOf(parameters['X-Amz-Credential'], account);
  checkTime(parameters, scope, now);
  const signedHeaders = parameters['X-Amz-SignedHeaders'].split(';');
  const unsigned = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  );
  if (!signedHeaders.includes('host')) unsigned.push('host');
  if (unsigned.length > 0) {
    const HeadersNotSigned = unsigned.join(', ');
    throw accessDenied('There were headers present in the request which were not signed', { HeadersNotSigned });
  }
  const canonical = createHash('sha256').update(canonicalRequest(request, signedHeaders)).digest('hex');
  const text = [signatureAlgorithm, parameters['X-Amz-Date'], scope.text, canonical].join('\n');
  checkSignature(parameters['X-Amz-Signature'], text, scope, account);
}

function readParameters(query: URLSearchParams): Parameters {
  if (!neededParameters.every((name) => query.has(name))) {
    throw badParameters(
      `Query-string authentication version 4 requires the ${neededParameters.join(', ')} parameters.`,
    );
  }
  const parameters = Object.fromEntries(neededParameters.map((name) => [name, query.get(name)])) as Parameters;
  if (parameters['X-Amz-Algorithm'] !== signatureAlgorithm) {
    throw badParameters(`X-Amz-Algorithm only supports "${signatureAlgorithm}"`);
  }
  return parameters;
}

function checkTime(parameters: Parameters, { day }: Scope, now: number): void {
  const date = parameters['X-Amz-Date'];
  const signedAt = readAmzDate(date);
  if (signedAt === undefined || !date.startsWith(day)) {
    throw badParameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  const seconds = Number(parameters['X-Amz-Expires']);
  if (!Number.isInteger(seconds) || seconds < 1) throw badParameters('X-Amz-Expires should be a number');
  if (seconds > maxExpiresSeconds) {
    throw badParameters('X-Amz-Expires must be less than a week (in seconds); that is, 604800');
  }
  if (signedAt > now + maxSkewMilliseconds) throw accessDenied('Request is not valid yet');
  const expiresAt = signedAt + seconds * 1000;
  if (now < expiresAt) return;
  throw accessDenied('Request has expired', {
    'X-Amz-Expires': parameters['X-Amz-Expires'],
    Expires: new Date(expiresAt).toISOString(),
    ServerTime: new Date(now).toISOString(),
  });
}

function canonicalRequest(
  { method = '', url = '', headers }: IncomingMessage,
  signedHeaders: readonly string[],
): string {
  const [path = '', query = ''] = url.split('?', 2);
  return [
    method,
    path.split('/').map(encodedAnew).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replaceAll(/ +/g, ' ')}`,
    ),
    '',
    signedHeaders.join(';'),
    // A browser that follows the address can't give its body's digest.
    headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
}

const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .map((pair) => pair.split('=', 2).map(encodedAnew))
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value = '']) => `${name}=${value}`)
    .toSorted()
    .join('&');

/** Clients differ in what they encode; SigV4 encodes all but letters, digits and `-._~`. */
function encodedAnew(text: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(text)).replaceAll(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  } catch {
    throw new S3Refusal(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}
