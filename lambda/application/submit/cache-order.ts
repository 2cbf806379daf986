import type { JobOrder } from '../../domain/jobs/job.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { JobIds } from '../../domain/ports.ts';
import { canonicalJson, contentOf, type InputMarks } from './idempotency.ts';

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
