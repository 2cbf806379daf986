// Key affinity: polls and cancellations use the provider key that created the task.

import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { ProviderKeys } from '../../domain/ports.ts';
import { keyOf, type ProviderKey } from '../../domain/rate-limiter/provider-key.ts';

/**
 * The key to poll or cancel a ticket with: the one that created it, or another if that was removed. Throws ProviderFailure
 * `auth` if there is none. A caller's own key has no substitute: without it, throws an Error.
 */
export async function keyOfAttempt(keys: ProviderKeys, attempt: Attempt): Promise<ProviderKey> {
  const key = keyOf(await keys.keysFor(attempt.provider), attempt);
  if (!key) throw new Error(`There is no key for this task of ${attempt.provider}.`);
  return key;
}
