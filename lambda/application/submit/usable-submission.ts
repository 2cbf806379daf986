import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import type { Catalog } from '../../domain/ports.ts';
import { cacheable } from './cache-order.ts';
import { keepToProvider } from './keep-to-provider.ts';

/**
 * A submission without what can't be done for it, such as fallbacks that its caller's key can't call; with a warning of each.
 * Throws what `keepToProvider` throws.
 */
export const usableSubmission = (
  catalog: Pick<Catalog, 'resolve'>,
  { passThrough }: Pick<Caller, 'passThrough'>,
  received: ReceivedSubmission,
): ReceivedSubmission => cacheable(passThrough ? keepToProvider(catalog, passThrough, received) : received);
