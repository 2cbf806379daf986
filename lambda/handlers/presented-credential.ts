import { hashOfKey } from '../adapters/secrets/key-hash.ts';
import type { Credential } from '../domain/keys/caller.ts';
import type { ApiRequest } from '../http/request/api-request.ts';
import { credentialOf } from '../http/request/credential.ts';

/** What a request presents, a virtual key by its hash alone. */
export function presentedCredential(request: ApiRequest): Credential {
  const credential = credentialOf(request);
  return credential.kind === 'virtual_key' ? { kind: 'virtual_key', keyHash: hashOfKey(credential.key) } : credential;
}
