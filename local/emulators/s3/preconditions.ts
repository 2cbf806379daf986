import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { preconditionFailed, S3Refusal } from './s3-refusal.ts';

/** The part of the object store that knows what an object is. Throws where there is no such object. */
export interface ObjectHeads {
  headObject(bucket: string, key: string): { readonly etag: string; readonly contentLength: number };
}

/** Headers whose conditions the emulator would ignore: it refuses them, so that nothing relies on them. */
const unheeded = [
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-unmodified-since',
  'if-match',
  'if-none-match',
] as const;

/**
 * Checks the conditions of a write. Throws a refusal: a 412 for a source that has changed, a 501 for a condition that
 * isn't played. A missing source is left to the emulator.
 */
export function checkWrite({ headers }: IncomingMessage, target: string, heads: ObjectHeads): void {
  const header = unheeded.find((name) => headers[name] !== undefined);
  if (header !== undefined) {
    const message = 'A header you provided implies functionality that is not implemented';
    throw new S3Refusal(501, 'NotImplemented', message, { Header: header });
  }
  const source = headers['x-amz-copy-source'];
  if (typeof source === 'string') checkCopy(decodeURIComponent(source).replace(/^\//, ''), target, headers, heads);
}

/** docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
function checkCopy(source: string, target: string, headers: IncomingHttpHeaders, heads: ObjectHeads): void {
  if (source === target && headers['x-amz-metadata-directive'] !== 'REPLACE') {
    const message =
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
    throw new S3Refusal(400, 'InvalidRequest', message);
  }
  const etag = etagOf(source, heads);
  if (etag === undefined) return;
  const ifMatch = headers['x-amz-copy-source-if-match'];
  if (ifMatch !== undefined && !names(ifMatch, etag)) throw preconditionFailed('x-amz-copy-source-If-Match');
  const ifNoneMatch = headers['x-amz-copy-source-if-none-match'];
  if (ifNoneMatch !== undefined && names(ifNoneMatch, etag))
    throw preconditionFailed('x-amz-copy-source-If-None-Match');
}

/** Checks what HEAD asks of an object's ETag, which the emulator heeds for GET only. Throws a refusal. */
export function checkHead({ headers }: IncomingMessage, target: string, heads: ObjectHeads): void {
  const ifMatch = headers['if-match'];
  const etag = ifMatch === undefined ? undefined : etagOf(target, heads);
  if (ifMatch !== undefined && etag !== undefined && !names(ifMatch, etag)) throw preconditionFailed('If-Match');
}

function etagOf(place: string, heads: ObjectHeads): string | undefined {
  const slash = place.indexOf('/');
  try {
    return heads.headObject(place.slice(0, slash), place.slice(slash + 1)).etag;
  } catch {
    return undefined;
  }
}

/** ETags may come without their quotes. */
const names = (condition: string | string[], etag: string): boolean =>
  String(condition).replaceAll('"', '') === etag.replaceAll('"', '');
