import { randomBytes, randomUUID } from 'node:crypto';
import type { NewCredential } from '../../domain/keys/key-registry.ts';
import { keyIdPrefix } from '../../domain/keys/virtual-key.ts';
import { sha256 } from './sha256.ts';

/** What a provider's key is called wherever it must not stand itself: enough to tell keys apart, useless to a thief. */
export const digestOfKey = (key: string): string => sha256(key).slice(0, 12);

/** A credential with 256 random bits behind the prefix. */
export function newCredential(prefix: string): NewCredential {
  const text = `${prefix}${randomBytes(32).toString('base64url')}`;
  return { text, hash: sha256(text) };
}

/** An id that no key has had. */
export const newKeyId = (): string => `${keyIdPrefix}${randomUUID()}`;
