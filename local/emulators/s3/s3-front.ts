import type { IncomingMessage, ServerResponse } from 'node:http';
import { type PostSettings, postObject, type UploadStore } from './post-object.ts';
import { S3Refusal, sendRefusal } from './s3-refusal.ts';

/**
 * What S3 does and the emulator behind doesn't: uploads by form. Answers such a request and gives true; gives false,
 * with the request untouched, for one that is the emulator's. Never rejects.
 */
export type S3Front = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** Makes the front of the store's objects. */
export function createS3Front(store: UploadStore, settings: PostSettings): S3Front {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const target = readTarget(request);
    if (target === undefined) return false;
    if (request.method !== 'POST' || target.key !== '' || target.query.has('delete')) return false;
    await postObject(target.bucket, request, response, store, settings);
    return true;
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
  return { bucket, key, query: new URLSearchParams(query) };
}
