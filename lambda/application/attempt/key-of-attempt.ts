import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { ProviderKeys } from '../../domain/ports.ts';
import { keyOf, type ProviderKey } from '../../domain/rate-limiter/provider-key.ts';

/**
 * The key with which work behind a ticket is asked after or called off: the one that it was started with, or another where
 * that is gone. Throws ProviderFailure `auth` where none is kept.
 */
export async function keyOfAttempt(keys: ProviderKeys, attempt: Attempt): Promise<ProviderKey> {
  const key = keyOf(await keys.keysFor(attempt.provider), attempt);
  if (!key) throw new Error(`The keys for ${attempt.provider} are none.`);
  return key;
}
