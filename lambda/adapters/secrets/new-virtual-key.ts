import { randomBytes, randomUUID } from 'node:crypto';
import type { NewCredential } from '../../domain/keys/key-registry.ts';
import { keyIdPrefix } from '../../domain/keys/virtual-key.ts';
import { sha256 } from './sha256.ts';

/** A credential with 256 random bits behind the prefix. */
export function newCredential(prefix: string): NewCredential {
  const text = `${prefix}${randomBytes(32).toString('base64url')}`;
  return { text, hash: sha256(text) };
}

/** An id that no key has had. */
export const newKeyId = (): string => `${keyIdPrefix}${randomUUID()}`;
