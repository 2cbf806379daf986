import type { KeyRegistry, KeyWithCredentials } from '../../domain/keys/key-registry.ts';
import { findKeptKey } from './find-kept-key.ts';

/** A key as it stands. Throws GatewayError `not_found`. */
export const showKey = (
  { registry }: { readonly registry: Pick<KeyRegistry, 'find'> },
  id: string,
): Promise<KeyWithCredentials> => findKeptKey(registry, id);
