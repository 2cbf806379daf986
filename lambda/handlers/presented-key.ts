import { hashOfKey } from '../adapters/key-hash.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { credentialOf } from '../http/credential.ts';

/** The hash of the virtual key that a request presents, or undefined where it presents none. */
export function presentedKeyHash(request: ApiRequest): string | undefined {
  const credential = credentialOf(request);
  return credential.kind === 'virtual_key' ? hashOfKey(credential.key) : undefined;
}
