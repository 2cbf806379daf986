import type { JobOrder } from '../../domain/jobs/job.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { JobIds } from '../../domain/ports.ts';
import { canonicalJson, contentOf, type InputMarks } from './idempotency.ts';

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

/**
 * How a submission takes part in the cache, if it does. The entry's id names owner, cache key and content: what a replay must match,
 * but for the response format, which changes no image. The time to live isn't part of it.
 */
export async function cacheOrderOf(
  { ids }: { readonly ids: Pick<JobIds, 'ofAnswer'> },
  owner: string,
  received: ReceivedSubmission,
  marks: InputMarks,
): Promise<Pick<JobOrder, 'cache'>> {
  if (received.cache === undefined) return {};
  const { key, ttlSeconds, store } = received.cache;
  const { responseFormat: _, ...content } = contentOf(received, marks);
  const id = await ids.ofAnswer(canonicalJson({ owner, key, content }));
  return { cache: { id, ttlSeconds, store } };
}
