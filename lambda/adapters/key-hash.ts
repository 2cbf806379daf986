import { createHash, randomBytes } from 'node:crypto';

/** What a credential is kept and looked up as: the lower-case hex SHA-256 of its text. */
export const hashOfKey = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex');

/** What a provider's key is called wherever it must not stand itself: enough to tell keys apart, useless to a thief. */
export const digestOfKey = (key: string): string => hashOfKey(key).slice(0, 12);

/** A new credential with 256 random bits behind the prefix. It is shown once, and only its hash is kept. */
export const newVirtualKey = (prefix: string): string => `${prefix}${randomBytes(32).toString('base64url')}`;
