import { GatewayError } from '../../domain/error-code.ts';
import type { KeptKey, KeyRegistry, KeyWithCredentials } from '../../domain/keys/key-registry.ts';
import { findKeptKey } from './find-key.ts';
import { nameTaken } from './setting-refusals.ts';

/** Several admins at one key are few, and their writes are short. */
const maxTries = 5;

/**
 * Changes a key by optimistic locking: retries with the current key if there was a write in between. Throws GatewayError `not_found`,
 * `invalid_value` where another key has its new name, `unavailable` where others keep writing, and what `change` throws.
 */
export async function changeKeptKey(
  registry: Pick<KeyRegistry, 'find' | 'replace'>,
  id: string,
  change: (kept: KeptKey) => KeyWithCredentials,
): Promise<KeyWithCredentials> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const seen = await findKeptKey(registry, id);
    const { key, credentials } = change(seen);
    const next = { key, credentials };
    const outcome = await registry.replace(seen, next);
    if (outcome === 'name_taken') throw nameTaken();
    if (outcome === 'replaced') return next;
  }
  throw beingChanged();
}

export const beingChanged = (): GatewayError =>
  new GatewayError('unavailable', 'Other requests are changing this virtual key. Try again.', {
    retryAfterSeconds: 1,
  });
