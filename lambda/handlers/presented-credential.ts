import { hashOfKey } from '../adapters/key-hash.ts';
import type { Credential } from '../domain/caller.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { credentialOf } from '../http/credential.ts';

/** What a request presents, a virtual key by its hash alone. */
export function presentedCredential(request: ApiRequest): Credential {
  const credential = credentialOf(request);
  return credential.kind === 'virtual_key' ? { kind: 'virtual_key', keyHash: hashOfKey(credential.key) } : credential;
}
