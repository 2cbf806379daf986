import { credentialHeaders, virtualKeyPrefix } from '../../contract/headers.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import type { Credential } from '../../domain/keys/caller.ts';
import type { ApiRequest } from './api-request.ts';

/**
 * The credential of a request, a virtual key by its hash alone: beyond the HTTP layer the key itself is never held. The
 * first header with a virtual key counts; where there is none, a bearer that is a JWT. Other values are ignored,
 * because the SDKs of other services insist on sending one of their own. `x-bf-vk` has no other use, so any value
 * counts: it is taken for a key, unless it is a JWT.
 */
export function credentialOf(request: Pick<ApiRequest, 'header'>, sha256: Sha256): Credential {
  let token: string | undefined;
  let misplaced: Credential | undefined;
  let found = false;
  for (const name of credentialHeaders) {
    const value = request.header(name)?.trim();
    if (!value) continue;
    found = true;
    const text = name === 'authorization' ? bearerOf(value) : value;
    if (name !== 'authorization' && isToken(bearerOf(value) ?? value)) {
      misplaced ??= { kind: 'misplaced_token', header: name };
      if (name === 'x-bf-vk') return misplaced;
    }
    if (text && (name === 'x-bf-vk' || isVirtualKey(text))) return { kind: 'virtual_key', keyHash: sha256(text) };
    if (text && name === 'authorization' && isToken(text)) token = text;
  }
  if (token !== undefined) return { kind: 'token', token };
  return misplaced ?? { kind: found ? 'other' : 'none' };
}

const bearerOf = (value: string): string | undefined => /^bearer +(\S+)$/i.exec(value)?.[1];

/** Whether a text is a virtual key, or would be one. */
export const isVirtualKey = (key: string): boolean =>
  key.slice(0, virtualKeyPrefix.length).toLowerCase() === virtualKeyPrefix;

/** A JWT in compact serialization: three parts, the last of them empty where it is unsigned. RFC 7519. */
export const isToken = (text: string): boolean => /^eyJ[\w-]*\.[\w-]*\.[\w-]*$/.test(text);
