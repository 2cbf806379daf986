import { credentialHeaders, virtualKeyPrefix } from '../../contract/headers.ts';
import { limits } from '../../contract/limits.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import { GatewayError } from '../../domain/error-code.ts';
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
    if (text && (name === 'x-bf-vk' || hasPrefix(text))) return { kind: 'virtual_key', keyHash: sha256(text) };
    if (text && name === 'authorization' && isToken(text)) token = text;
  }
  if (token !== undefined) return { kind: 'token', token };
  return misplaced ?? { kind: found ? 'other' : 'none' };
}

/**
 * The provider's key that a request brings as its bearer, on a route that takes one: any bearer that is neither a virtual key nor
 * a JWT. Undefined if there is none. Throws GatewayError `invalid_request` for one that no provider could have issued; no message
 * repeats it.
 */
export function providerKeyOf(request: Pick<ApiRequest, 'header'>): string | undefined {
  const text = /^bearer +(.+)$/is.exec(request.header('authorization')?.trim() ?? '')?.[1];
  if (text === undefined || hasPrefix(text) || isToken(text)) return undefined;
  if (providerKeyForm.test(text)) return text;
  throw new GatewayError('invalid_request', notAKey, { param: 'authorization' });
}

/** A shorter text could not be told from the words of a provider's message, from which the key must be removed. */
const minProviderKeyCharacters = 8;

const providerKeyForm = new RegExp(`^[\\x21-\\x7e]{${minProviderKeyCharacters},${limits.providerKeyCharacters}}$`);

const notAKey = `The bearer is neither a virtual key nor a token, and can't be a provider's key: that has ${minProviderKeyCharacters} to ${limits.providerKeyCharacters} visible ASCII characters.`;

const bearerOf = (value: string): string | undefined => /^bearer +(\S+)$/i.exec(value)?.[1];

const hasPrefix = (key: string): boolean => key.slice(0, virtualKeyPrefix.length).toLowerCase() === virtualKeyPrefix;

/** A JWT in compact serialization: three parts, the last of them empty where it is unsigned. RFC 7519. */
const isToken = (text: string): boolean => /^eyJ[\w-]*\.[\w-]*\.[\w-]*$/.test(text);
