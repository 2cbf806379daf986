import type { Md5 } from '../../domain/bytes/md5.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { JobIds } from '../../domain/ports.ts';
import { canonicalJson, contentOf, type InputMarks } from './idempotency.ts';
import type { InspectedImage } from './inspect-images.ts';
import type { InspectedInputs } from './inspect-inputs.ts';

/**
 * A submission as far as it can take part in the cache: not if an input is named by address, whose bytes aren't known yet. With a
 * warning.
 */
export function cacheable(received: ReceivedSubmission): ReceivedSubmission {
  const { cache, ...uncached } = received;
  const addressed = [...received.images, ...(received.mask ? [received.mask] : [])].find((each) => 'address' in each);
  if (cache === undefined || !addressed) return received;
  const { param } = addressed;
  const message = `The image in "${param}" is named by an address, so the request was neither answered from the cache nor stored in it.`;
  return { ...uncached, warnings: [...(received.warnings ?? []), { code: 'cache_ignored', param, message }] };
}

export interface CacheOrderDependencies {
  readonly ids: Pick<JobIds, 'ofAnswer'>;
  readonly md5: Md5;
}

/**
 * How a submission takes part in the cache, if it does. The entry's id names owner, cache key and content: what a replay must match,
 * but for the response format, which changes no image. The time to live isn't part of it.
 */
export async function cacheOrderOf(
  { ids, md5 }: CacheOrderDependencies,
  owner: string,
  received: ReceivedSubmission,
  inspected: InspectedInputs,
): Promise<Pick<JobOrder, 'cache'>> {
  if (received.cache === undefined) return {};
  const { key, ttlSeconds, store } = received.cache;
  const { responseFormat: _, ...content } = contentOf(received, contentMarks(md5, inspected));
  const id = await ids.ofAnswer(canonicalJson({ owner, key, content }));
  return { cache: { id, ttlSeconds, store } };
}

/** What stands for the bytes of each input, however they were sent. */
function contentMarks(md5: Md5, { images, mask }: InspectedInputs): InputMarks {
  const markOf = (image: InspectedImage) => contentMark(md5, image);
  return { images: images.map(markOf), ...(mask ? { mask: markOf(mask) } : {}) };
}

/**
 * The MD5 and length of an input's bytes. Of a file it is known without reading it: an object that was written by one PUT, POST or copy,
 * unencrypted or under SSE-S3 as in this bucket, has its MD5 as ETag (docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html);
 * any other ETag equals no MD5, and is a miss. Collisions can be made, but only by an owner, among answers of its own.
 */
function contentMark(md5: Md5, { source, bytes }: InspectedImage): string {
  if ('address' in source) throw new Error('An image of a cached submission has no bytes yet.');
  return `md5:${'etag' in source ? source.etag.replaceAll('"', '') : md5(source.bytes)}:${bytes}`;
}
