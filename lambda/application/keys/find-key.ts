import { GatewayError } from '../../domain/error-code.ts';
import type { KeptKey, KeyPage, KeyRegistry } from '../../domain/keys/key-registry.ts';
import { isKeyId } from '../../domain/keys/virtual-key.ts';

/** The current key with this id. Throws GatewayError `not_found`, the same for what could be no id at all. */
export async function findKeptKey(registry: Pick<KeyRegistry, 'find'>, id: string): Promise<KeptKey> {
  const kept = isKeyId(id) ? await registry.find(id) : undefined;
  if (!kept) throw new GatewayError('not_found', 'There is no such virtual key.');
  return kept;
}

/** One page of the stage's keys, at most `limit` of them, from after the key with that id where one is given. */
export const listKeys = (
  { registry }: { readonly registry: Pick<KeyRegistry, 'list'> },
  page: { readonly limit: number; readonly after?: string },
): Promise<KeyPage> => registry.list(page.limit, page.after);
