import { GatewayError } from '../domain/error-code.ts';
import type { Clock, KeyStore } from '../domain/ports.ts';
import { type Caller, standingOf } from '../domain/virtual-key.ts';

/**
 * Tells who calls from the hash of the virtual key that was presented; undefined where none was.
 * Throws GatewayError for no key, an unknown one, and one that is blocked or has expired.
 */
export async function authenticate(keys: KeyStore, clock: Clock, keyHash: string | undefined): Promise<Caller> {
  if (keyHash === undefined) {
    throw new GatewayError(
      'virtual_key_required',
      'A virtual key is required: send it as `Authorization: Bearer sk-bf-…` or in the header `x-bf-vk`.',
    );
  }
  const key = await keys.find(keyHash);
  if (!key) throw new GatewayError('virtual_key_not_found', 'This virtual key does not exist, or was revoked.');
  switch (standingOf(key, clock.now())) {
    case 'blocked':
      throw new GatewayError('virtual_key_blocked', 'This virtual key is blocked.');
    case 'expired':
      throw new GatewayError('virtual_key_blocked', 'This virtual key has expired.');
    default:
      return { owner: key.id, key, keyHash };
  }
}
