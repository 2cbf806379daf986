import { virtualKeyPrefix } from '../../contract/headers.ts';
import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { ApiRequest } from './api-request.ts';
import { isToken, isVirtualKey } from './credential.ts';

/**
 * The provider's key that a request brings as its bearer, on a route that takes one: any bearer that is neither a virtual key nor
 * a JWT. Undefined without an `Authorization`. Throws GatewayError `invalid_request` for one that no provider could have issued, or
 * that holds a credential of the gateway's own: ignored it would be charged to the stage, and passed on it would be given away. No
 * message repeats it.
 */
export function providerKeyOf(request: Pick<ApiRequest, 'header'>): string | undefined {
  const value = request.header('authorization')?.trim();
  if (!value) return undefined;
  const text = /^bearer +(.+)$/is.exec(value)?.[1] ?? '';
  if (isVirtualKey(text) || isToken(text)) return undefined;
  if (providerKeyForm.test(text) && !holdsOwnCredential(text)) return text;
  throw new GatewayError('invalid_request', notAKey, { param: 'authorization' });
}

/** Whether a virtual key or a JWT is part of a text, as one in quotes or behind another word. */
const holdsOwnCredential = (text: string): boolean =>
  text.toLowerCase().includes(virtualKeyPrefix) || /eyJ[\w-]*\.[\w-]+\./.test(text);

/** A shorter text could not be told from the words of a provider's message, from which the key must be removed. */
const minProviderKeyCharacters = 8;

const providerKeyForm = new RegExp(`^[\\x21-\\x7e]{${minProviderKeyCharacters},${limits.providerKeyCharacters}}$`);

const notAKey = `\`Authorization\` must be \`Bearer\` and a virtual key, a token, or a provider's key: ${minProviderKeyCharacters} to ${limits.providerKeyCharacters} visible ASCII characters, without a virtual key or token in them.`;
