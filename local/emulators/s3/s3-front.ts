import type { IncomingMessage, ServerResponse } from 'node:http';
import { allowReading, answerPreflight, type CorsRule } from './cors.ts';
import { type PostSettings, postObject, type UploadStore } from './post-object.ts';
import { checkHead, checkWrite, type ObjectHeads } from './preconditions.ts';
import { checkPresigned, isPresigned } from './presigned-query.ts';
import { accessDenied, S3Refusal, sendRefusal } from './s3-refusal.ts';

/**
 * What S3 does and the emulator behind doesn't: uploads by form, cross-origin rules, presigned addresses, conditions.
 * Answers such a request, or one that S3 would refuse, and gives true; gives false, with the body unread, for one that is
 * the emulator's. Never rejects.
 */
export type S3Front = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** What the front needs besides the objects. */
export interface FrontSettings extends PostSettings {
  readonly corsRulesOf: (bucket: string) => readonly CorsRule[];
}

/** Makes the front of the store's objects. */
export function createS3Front(store: UploadStore & ObjectHeads, settings: FrontSettings): S3Front {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const target = readTarget(request);
    if (target === undefined) return false;
    const { bucket, key, query } = target;
    const rules = settings.corsRulesOf(bucket);
    if (request.method === 'OPTIONS') {
      answerPreflight(rules, request, response);
      return true;
    }
    allowReading(rules, request, response);
    if (request.method === 'POST' && key === '' && !query.has('delete')) {
      await postObject(bucket, request, response, store, settings);
      return true;
    }
    checkSender(request, query, settings);
    checkRequest(request, target, store);
    return false;
  }
  return async (request, response) => {
    try {
      return await answer(request, response);
    } catch (error) {
      if (error instanceof S3Refusal) sendRefusal(response, error);
      else response.destroy();
      return true;
    }
  };
}

/** The buckets are private. Signatures in headers are taken on trust: they come from the stack's own clients. */
function checkSender(request: IncomingMessage, query: URLSearchParams, { account, now }: FrontSettings): void {
  if (isPresigned(query)) checkPresigned(request, query, account, now());
  else if (request.headers.authorization === undefined) throw accessDenied();
}

function checkRequest(request: IncomingMessage, { bucket, key, query }: Target, heads: ObjectHeads): void {
  const place = `${bucket}/${key}`;
  if (request.method === 'HEAD') checkHead(request, place, heads);
  if (request.method === 'PUT' && key !== '') checkWrite(request, place, heads);
  if (request.method === 'POST' && key !== '' && !query.has('uploads') && !query.has('uploadId')) {
    throw new S3Refusal(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
  }
}

interface Target {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

/** The bucket and key of a path-style request; undefined for one to the queues, whose paths begin with an account. */
function readTarget({ url = '/' }: IncomingMessage): Target | undefined {
  const [path = '', query = ''] = url.split('?', 2);
  const [, bucket, key = ''] = /^\/([^/]+)(?:\/(.*))?$/s.exec(path) ?? [];
  if (bucket === undefined || /^\d{12}$/.test(bucket)) return undefined;
  return { bucket, key: decodedKey(key), query: new URLSearchParams(query) };
}

function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    throw new S3Refusal(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}
