import { GatewayError } from '../../domain/error-code.ts';
import type { KeptKey, KeyRegistry } from '../../domain/keys/key-registry.ts';
import { isKeyId } from '../../domain/keys/virtual-key.ts';

/** The key with this id as it stands. Throws GatewayError `not_found`, the same for what could be no id at all. */
export async function findKeptKey(registry: Pick<KeyRegistry, 'find'>, id: string): Promise<KeptKey> {
  const kept = isKeyId(id) ? await registry.find(id) : undefined;
  if (!kept) throw new GatewayError('not_found', 'There is no such virtual key.');
  return kept;
}
