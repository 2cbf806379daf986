import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { ApiRequest } from './api-request.ts';
import { isToken, isVirtualKey } from './credential.ts';

/**
 * The provider's key that a request brings as its bearer, on a route that takes one: any bearer that is neither a virtual key nor
 * a JWT. Undefined if there is none. Throws GatewayError `invalid_request` for one that no provider could have issued; no message
 * repeats it.
 */
export function providerKeyOf(request: Pick<ApiRequest, 'header'>): string | undefined {
  const text = /^bearer +(.+)$/is.exec(request.header('authorization')?.trim() ?? '')?.[1];
  if (text === undefined || isVirtualKey(text) || isToken(text)) return undefined;
  if (providerKeyForm.test(text)) return text;
  throw new GatewayError('invalid_request', notAKey, { param: 'authorization' });
}

/** A shorter text could not be told from the words of a provider's message, from which the key must be removed. */
const minProviderKeyCharacters = 8;

const providerKeyForm = new RegExp(`^[\\x21-\\x7e]{${minProviderKeyCharacters},${limits.providerKeyCharacters}}$`);

const notAKey = `The bearer is neither a virtual key nor a token, and can't be a provider's key: that has ${minProviderKeyCharacters} to ${limits.providerKeyCharacters} visible ASCII characters.`;
