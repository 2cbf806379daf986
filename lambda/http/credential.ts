import { credentialHeaders, virtualKeyPrefix } from '../contract/headers.ts';
import type { ApiRequest } from './api-request.ts';

/** What a request presents: a virtual key, nothing at all, or only what the gateway doesn't know. */
export type Credential =
  | { readonly kind: 'virtual_key'; readonly key: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'other' };

/**
 * The first header that holds a virtual key counts. The rest is passed over, because the SDKs of other services insist
 * on sending something of their own in theirs. `x-bf-vk` has no other use, so whatever it holds is taken for a key.
 */
export function credentialOf(request: Pick<ApiRequest, 'header'>): Credential {
  let found = false;
  for (const name of credentialHeaders) {
    const value = request.header(name)?.trim();
    if (!value) continue;
    found = true;
    const key = name === 'authorization' ? bearerOf(value) : value;
    if (key && (name === 'x-bf-vk' || hasPrefix(key))) return { kind: 'virtual_key', key };
  }
  return { kind: found ? 'other' : 'none' };
}

const bearerOf = (value: string): string | undefined => /^bearer +(\S+)$/i.exec(value)?.[1];

const hasPrefix = (key: string): boolean => key.slice(0, virtualKeyPrefix.length).toLowerCase() === virtualKeyPrefix;
