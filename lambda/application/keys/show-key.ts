import type { KeyRegistry } from '../../domain/key-registry.ts';
import type { VirtualKey } from '../../domain/virtual-key.ts';
import { findKeptKey } from './find-kept-key.ts';

/** A key as it stands. Throws GatewayError `not_found`. */
export const showKey = async (
  { registry }: { readonly registry: Pick<KeyRegistry, 'find'> },
  id: string,
): Promise<VirtualKey> => (await findKeptKey(registry, id)).key;
